/** The ids of the migrations that a target has, from its ledger; none when it has no ledger. Reads only. */
import type { Database } from "../../ports/database.ts";
import type { LedgerState } from "../../ledger/ledger.ts";
import { readLedger } from "./ledger/read.ts";

export async function appliedIds(database: Database, scope: string): Promise<ReadonlySet<string>> {
  const ledger = await appliedLedger(database, scope);
  return new Set(ledger.kind === "absent" ? [] : ledger.entries.map((entry) => entry.id));
}

export async function appliedLedger(database: Database, scope: string): Promise<LedgerState> {
  const session = await database.connect({ applicationName: "lockstep ledger" });
  try {
    return await readLedger(session, scope);
  } finally {
    await session.close();
  }
}
