/**
 * The ledger's tables, as the ledger's own steps make them, and its rows: one after the other, since they refer to
 * each other. A newer lockstep brings them to its version when it next deploys.
 */
import { ledgerSteps } from "../../../ledger/schema.ts";
import type { Session } from "../../../ports/database.ts";
import { noMasks } from "../mask/masks.ts";
import type { OpenBackup } from "./backup-file.ts";
import { restoreFailure } from "./failure.ts";
import type { Journal } from "./journal.ts";
import { loadRows } from "./rows.ts";

const item = "ledger";

/** What others refer to comes first. */
const firstTables = ["ledger_versions", "deployments"];

export async function restoreLedger(
  session: Session,
  backup: OpenBackup,
  journal: Journal,
): Promise<void> {
  const { ledgerVersion, tables } = backup.manifest;
  if (ledgerVersion === null) return;
  if (!journal.isDone(item)) {
    const statements = ledgerSteps
      .filter(({ version }) => version <= ledgerVersion)
      .flatMap((step) => [...(step.schemaStatements ?? []), ...step.statements]);
    try {
      await session.script(["begin", ...statements, journal.line(item), "commit"].join(";\n"));
    } catch (error) {
      throw restoreFailure(error, "lockstep's ledger");
    }
  }
  const sessions = [session];
  const common = { sessions, backup, journal, masks: noMasks, signal: undefined };
  for (const table of inLedgerOrder(tables.filter(({ origin }) => origin === "ledger"))) {
    await loadRows({ ...common, tables: [table], onChunk: () => undefined });
  }
}

export function inLedgerOrder<Table extends { readonly name: string; readonly origin: string }>(
  tables: readonly Table[],
): readonly Table[] {
  const rank = ({ name, origin }: Table): number => {
    if (origin !== "ledger") return firstTables.length;
    const found = firstTables.indexOf(name);
    return found === -1 ? firstTables.length : found;
  };
  return tables.toSorted((left, right) => rank(left) - rank(right));
}
