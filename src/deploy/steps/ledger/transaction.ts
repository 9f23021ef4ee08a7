/** A transaction that writes nothing but the ledger, guarded as every other. */
import type { Session } from "../../../ports/database.ts";

export async function ledgerTransaction(
  session: Session,
  { guard }: { readonly guard: string | undefined },
  statements: readonly string[],
): Promise<void> {
  const all = [
    "begin",
    "set local search_path = pg_catalog, pg_temp",
    ...(guard === undefined ? [] : [guard]),
    ...statements,
    "commit",
  ];
  try {
    await session.script(all.join(";\n"));
  } catch (error) {
    if (session.transaction !== "idle") await session.script("rollback");
    throw error;
  }
}
