/** Opens replays for one proof: on one server major, in databases of their own, closed together. */
import type { Project } from "../../../project/project.ts";
import type { ScratchIsolation } from "../../../ports/scratch.ts";
import type { Remake } from "../../../catalog/fixed_point.ts";
import { remakeWith } from "../source/remake.ts";
import type { ReplayPorts } from "./ports.ts";
import { openReplay, type Replay } from "./replay.ts";

export interface Stage {
  readonly project: Project;
  readonly ports: ReplayPorts;
  readonly isolation: ScratchIsolation;
  /** Undefined: the newest that is installed. */
  readonly major: number | undefined;
  /** On an empty database. */
  open(): Promise<Replay>;
  /** Makes facts again from their own text, and reads them back. */
  readonly remake: Remake;
}

export interface StageOptions {
  readonly project: Project;
  readonly ports: ReplayPorts;
  readonly major: number | undefined;
  /** `cluster`: roles may be made. */
  readonly isolation: ScratchIsolation;
  readonly signal: AbortSignal | undefined;
}

export function openStage(options: StageOptions): Stage {
  const { project, ports, major, isolation, signal } = options;
  const request = { isolation, ...(major === undefined ? {} : { major }) };
  const mayMakeRoles = isolation === "cluster";
  return {
    project,
    ports,
    isolation,
    major,
    remake: remakeWith(ports),
    open: async () => {
      const scratch = await ports.scratch();
      const database = await scratch.create(request);
      return await openReplay({ ports, project, database, mayMakeRoles, signal });
    },
  };
}
