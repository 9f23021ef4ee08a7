/** Deployments of this scope that are not closed, found by whoever holds its lock: their deployers are dead. */
import { textOf } from "../../ledger/row.ts";
import { ServerError, type Session } from "../../ports/database.ts";

export async function abandonedDeployments(
  session: Session,
  scope: string,
): Promise<readonly string[]> {
  try {
    const rows = await session.query(
      `select id::text as id from lockstep.deployments where scope = $1 and outcome = 'running'`,
      [scope],
    );
    return rows.map((row) => textOf(row, "id"));
  } catch (error) {
    if (error instanceof ServerError && ["42P01", "3F000"].includes(error.sqlState)) return [];
    throw error;
  }
}

export async function closeAbandoned(session: Session, ids: readonly string[]): Promise<void> {
  await session.query(
    `update lockstep.deployments set outcome = 'failed', finished_at = pg_catalog.clock_timestamp(),
      failure = '{"message": "its process ended before it did"}'
    where id = any ($1::uuid[]) and outcome = 'running'`,
    [ids],
  );
}
