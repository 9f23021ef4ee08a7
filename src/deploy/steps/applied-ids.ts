/** The ids of the migrations that a target has, from its ledger; none when it has no ledger. Reads only. */
import type { Database } from "../../ports/database.ts";
import { readLedger } from "./ledger/read.ts";

export async function appliedIds(database: Database, scope: string): Promise<ReadonlySet<string>> {
  const session = await database.connect({ applicationName: "lockstep rebase" });
  try {
    const ledger = await readLedger(session, scope);
    return new Set(ledger.kind === "absent" ? [] : ledger.entries.map((entry) => entry.id));
  } finally {
    await session.close();
  }
}
