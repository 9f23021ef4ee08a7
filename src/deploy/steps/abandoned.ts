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
  const closing = session.query(
    `update lockstep.deployments set outcome = 'failed', finished_at = pg_catalog.clock_timestamp(),
      failure = '{"message": "its process ended before it did"}'
    where id = any ($1::uuid[]) and outcome = 'running'`,
    [ids],
  );
  await closing.catch((error: unknown) => {
    // The preflight refuses a server that takes no changes, and says which kind it is.
    if (!(error instanceof ServerError) || error.sqlState !== readOnly) throw error;
  });
}

const readOnly = "25006";

/** A run whose process ended before it said how: killed after its last commit, say. What it committed, counts. */
export interface AbandonedDeployment {
  readonly id: string;
  readonly kind: string;
  /** The server's time, ISO 8601 in UTC. */
  readonly startedAt: string;
  readonly by: string;
}

/**
 * Told by those who only look: nobody is connected under its name, and no lease of its scope runs. The next run that
 * changes anything closes its row. None where there is no ledger.
 */
export async function readAbandoned(
  session: Session,
  scope: string,
): Promise<readonly AbandonedDeployment[]> {
  try {
    const rows = await session.query(abandonedQuery, [scope]);
    return rows.map((row) => ({
      id: textOf(row, "id"),
      kind: textOf(row, "kind"),
      startedAt: textOf(row, "started_at"),
      by: textOf(row, "by"),
    }));
  } catch (error) {
    if (error instanceof ServerError && ["42P01", "3F000"].includes(error.sqlState)) return [];
    throw error;
  }
}

const abandonedQuery = `select d.id::text as id, d.kind,
  pg_catalog.to_char(d.started_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as started_at,
  case when d.os_user is null then d.database_user else d.os_user || '@' || coalesce(d.host, '?') end as by
from lockstep.deployments d
where d.scope = $1 and d.outcome = 'running'
  and not exists (
    select from pg_catalog.pg_stat_activity a
    where a.application_name in ('lockstep ' || d.id::text, 'lockstep ' || d.id::text || ' lock')
  )
  and not exists (
    select from lockstep.leases l
    where l.scope = d.scope and l.holder is not null and l.expires_at > pg_catalog.clock_timestamp()
  )
order by d.started_at`;
