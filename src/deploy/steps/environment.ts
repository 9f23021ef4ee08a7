/** Reading and keeping the environment's name in the database. A database without one is an ordinary answer. */
import { LockstepError } from "../../core/errors.ts";
import {
  environmentOf,
  environmentQuery,
  keepEnvironmentQuery,
  refuseOtherEnvironment,
  replaceEnvironmentQuery,
  type SaidEnvironment,
  type StoredEnvironment,
} from "../../ledger/environment.ts";
import { ledgerGuard } from "../../ledger/guard.ts";
import { foreignLedger } from "./ledger/read.ts";
import { ServerError, type Session } from "../../ports/database.ts";

export async function readEnvironmentOf(session: Session): Promise<StoredEnvironment | undefined> {
  try {
    // One message: the query does not run when the guard fails.
    const results = await session.script(
      `set local search_path = pg_catalog, pg_temp; ${ledgerGuard}; ${environmentQuery}`,
    );
    const row = results.at(-1)?.rows[0];
    return row === undefined ? undefined : environmentOf(row);
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
    // undefined_table, invalid_schema_name: no ledger, or one of before environments had names.
    if (error.sqlState === "42P01" || error.sqlState === "3F000") return undefined;
    if (error.sqlState === "22012") throw foreignLedger(error);
    if (error.sqlState !== "42501") throw error;
    throw new LockstepError(
      "LEDGER.DENIED",
      `the role may not read which environment the database is: ${error.message}`,
      { sqlState: error.sqlState, cause: error },
    );
  }
}

/** Before anything is changed. Asks the server only when somebody says a name. */
export async function checkEnvironment(
  session: Session,
  said: SaidEnvironment | undefined,
  label: string,
): Promise<void> {
  if (said?.name === undefined) return;
  refuseOtherEnvironment(await readEnvironmentOf(session), said, label);
}

/** The ledger is there. */
export async function keepEnvironment(
  session: Session,
  said: SaidEnvironment | undefined,
): Promise<void> {
  if (said === undefined || (said.name === undefined && !said.isProtected)) return;
  await session.query(keepEnvironmentQuery, [said.name ?? null, said.isProtected]);
}

export async function replaceEnvironment(session: Session, said: SaidEnvironment): Promise<void> {
  await session.query(replaceEnvironmentQuery, [said.name ?? null, said.isProtected]);
}
