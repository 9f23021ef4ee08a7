/** Opens replays for one proof: on one server major, in databases of their own, closed together. */
import type { Project } from "../../../project/project.ts";
import type { ScratchIsolation } from "../../../ports/scratch.ts";
import type { Catalog } from "../../../catalog/fact.ts";
import type { ReplayPorts } from "./ports.ts";
import { remakeIn } from "./remake.ts";
import { openReplay, type Replay } from "./replay.ts";

export interface Stage {
  readonly project: Project;
  readonly ports: ReplayPorts;
  readonly isolation: ScratchIsolation;
  /** Undefined: the newest that is installed. */
  readonly major: number | undefined;
  /** On an empty database. */
  open(): Promise<Replay>;
  /** A catalog made again from its own text; undefined when that can't be done. */
  remake(catalog: Catalog): Promise<Catalog | undefined>;
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
    open: async () => {
      const scratch = await ports.scratch();
      const database = await scratch.create(request);
      return await openReplay({ ports, project, database, mayMakeRoles, signal });
    },
    remake: async (catalog) => {
      const scratch = await ports.scratch();
      const database = await scratch.create({ ...request, major: catalog.major });
      try {
        return await remakeIn(database, catalog, { ports, mayMakeRoles });
      } finally {
        await database.drop();
      }
    },
  };
}
