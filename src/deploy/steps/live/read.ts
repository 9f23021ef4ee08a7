/** A target as it is: its catalog and what its ledger says, read on one session. Nothing is changed. */
import type { Catalog } from "../../../catalog/fact.ts";
import type { LedgerState } from "../../../ledger/ledger.ts";
import type { Session } from "../../../ports/database.ts";
import type { Project } from "../../../project/project.ts";
import { withoutAdoptedHistories } from "./adopted-histories.ts";
import { readLedger } from "../ledger/read.ts";
import { otherTexts, type OtherText } from "../other-values.ts";
import type { SourcePorts } from "../source/ports.ts";

export interface LiveRead {
  readonly label: string;
  readonly major: number;
  readonly catalog: Catalog;
  /** Undefined: it has no ledger of this project. */
  readonly applied: ReadonlySet<string> | undefined;
}

export interface LiveTarget extends LiveRead {
  /** Migrations that the files with the values of today would not make again. */
  readonly otherTexts: readonly OtherText[];
}

export async function readLive(
  ports: Pick<SourcePorts, "live" | "readCatalog">,
  project: Project,
): Promise<LiveTarget> {
  const database = await ports.live();
  const session = await database.connect({ applicationName: "lockstep catalog" });
  try {
    const read = await readOn(session, ports, project);
    const texts = read.applied === undefined ? [] : await otherTexts(session, project);
    return { label: database.label, ...read, otherTexts: texts };
  } finally {
    await session.close();
  }
}

/** On a session that is open already and in no transaction. */
export async function readOn(
  session: Session,
  { readCatalog }: Pick<SourcePorts, "readCatalog">,
  project: Project,
): Promise<Omit<LiveRead, "label">> {
  const ledger = await readLedger(session, project.config.scope);
  const catalog = await withoutAdoptedHistories(session, await readCatalog(session, {}));
  return { major: session.server.major, catalog, applied: appliedIn(ledger) };
}

function appliedIn(ledger: LedgerState): ReadonlySet<string> | undefined {
  if (ledger.kind === "absent" || !ledger.established) return undefined;
  return new Set(ledger.entries.map(({ id }) => id));
}
