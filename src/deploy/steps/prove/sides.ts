/** The sides of a proof that are not replayed: the declared schema, and a database that lives. */
import type { Catalog } from "../../../catalog/fact.ts";
import type { LedgerState } from "../../../ledger/ledger.ts";
import type { Project } from "../../../project/project.ts";
import { readLedger } from "../ledger/read.ts";
import type { Stage } from "../replay/open.ts";
import type { ReplayPorts } from "../replay/ports.ts";
import { openSource } from "../source/read.ts";
import type { Chain } from "./chain.ts";
import { failedPart } from "./failure.ts";
import { replayApplied } from "./applied.ts";
import type { Way } from "./side.ts";

export async function declaredWay({ project, ports, major }: Stage): Promise<readonly Way[]> {
  const { declared } = project;
  if (declared === undefined) return [];
  const name = "declared";
  const description =
    declared.kind === "command"
      ? declared.command
      : declared.files.map(({ path }) => path).join(", ");
  try {
    const source = await openSource({ kind: "declared" }, ports, { major });
    await source.close();
    return [{ kind: "reached", name, description, catalog: source.catalog }];
  } catch (error) {
    return [{ kind: "failed", part: failedPart("way", name, error) }];
  }
}

export interface LiveSide {
  readonly major: number;
  /** Compared with where the migrations that it has applied lead, when it lacks some. */
  side(stage: Stage, chains: readonly Chain[]): Promise<Way>;
}

export async function liveWay(ports: ReplayPorts, project: Project): Promise<LiveSide> {
  const database = await ports.live();
  const session = await database.connect({ applicationName: "lockstep catalog" });
  try {
    const ledger = await readLedger(session, project.config.scope);
    const catalog = await ports.readCatalog(session, {});
    const { label } = database;
    return {
      major: session.server.major,
      side: (stage) => compareLive(stage, { label, ledger, catalog }),
    };
  } finally {
    await session.close();
  }
}

interface LiveRead {
  readonly label: string;
  readonly ledger: LedgerState;
  readonly catalog: Catalog;
}

async function compareLive(stage: Stage, { label, ledger, catalog }: LiveRead): Promise<Way> {
  const live = { kind: "reached", name: "live", catalog } as const;
  const { migrations } = stage.project;
  if (ledger.kind === "absent" || !ledger.established)
    return { ...live, description: `${label}, without a ledger` };
  const applied = new Set(ledger.entries.map(({ id }) => id));
  const pending = migrations.filter(({ id }) => !applied.has(id));
  if (pending.length === 0) return { ...live, description: label };
  const description = `${label}, ${pending.length} of ${migrations.length} migrations pending`;
  try {
    const expected = await replayApplied(stage, applied);
    if (expected === undefined) return { ...live, description };
    return { ...live, description, against: { name: "what it has applied", catalog: expected } };
  } catch (error) {
    return { kind: "failed", part: failedPart("way", "live", error) };
  }
}
