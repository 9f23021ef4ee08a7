/**
 * Who holds the deploy lock, as pg_locks and pg_stat_activity tell. A role without pg_read_all_stats sees less of
 * other roles' sessions: what is hidden is left out, and never guessed.
 */
import { optionalTextOf, numberOf } from "../../../ledger/row.ts";
import type { Session } from "../../../ports/database.ts";
import { deploymentOf } from "../sessions.ts";

export interface LockHolder {
  readonly pid: number;
  readonly user: string | undefined;
  /** Address of the client, `local` for a Unix socket. */
  readonly host: string | undefined;
  readonly applicationName: string | undefined;
  readonly deploymentId: string | undefined;
  /** When its session began, by the server's clock. */
  readonly since: string | undefined;
  readonly sinceSeconds: number | undefined;
  /** What the deploy is running at this moment, in another session of its own. */
  readonly query: string | undefined;
  readonly querySeconds: number | undefined;
}

/** A bigint key is in pg_locks as two halves, with objsubid 1. */
const holderQuery = `select l.pid,
  a.usename as user_name,
  a.application_name,
  coalesce(pg_catalog.host(a.client_addr), case when a.client_port = -1 then 'local' end) as host,
  pg_catalog.to_char(a.backend_start at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS "UTC"') as since,
  pg_catalog.date_part('epoch', pg_catalog.clock_timestamp() - a.backend_start)::int8 as since_seconds,
  w.query,
  pg_catalog.date_part('epoch', pg_catalog.clock_timestamp() - w.query_start)::int8 as query_seconds
from pg_catalog.pg_locks l
left join pg_catalog.pg_stat_activity a on a.pid = l.pid
left join lateral (
  select o.query, o.query_start
  from pg_catalog.pg_stat_activity o
  where o.pid <> l.pid and o.state <> 'idle' and a.application_name like 'lockstep %'
    and o.application_name = pg_catalog.regexp_replace(a.application_name, ' lock$', '')
  order by o.query_start desc
  limit 1
) w on true
where l.locktype = 'advisory' and l.granted and l.mode = 'ExclusiveLock' and l.objsubid = 1
  and l.database = (select oid from pg_catalog.pg_database where datname = pg_catalog.current_database())
  and ((l.classid::int8 << 32) | l.objid::int8) = $1::int8
  and l.pid <> pg_catalog.pg_backend_pid()
limit 1`;

/** Undefined when nobody else holds it (any more). */
export async function findHolder(session: Session, key: bigint): Promise<LockHolder | undefined> {
  const [row] = await session.query(holderQuery, [key]);
  if (row === undefined) return undefined;
  const applicationName = blankAsAbsent(optionalTextOf(row, "application_name"));
  const seconds = (column: string): number | undefined =>
    row[column] === null || row[column] === undefined ? undefined : numberOf(row, column);
  return {
    pid: numberOf(row, "pid"),
    user: optionalTextOf(row, "user_name"),
    host: optionalTextOf(row, "host"),
    applicationName,
    deploymentId: applicationName === undefined ? undefined : deploymentOf(applicationName),
    since: optionalTextOf(row, "since"),
    sinceSeconds: seconds("since_seconds"),
    query: blankAsAbsent(optionalTextOf(row, "query")),
    querySeconds: seconds("query_seconds"),
  };
}

function blankAsAbsent(text: string | undefined): string | undefined {
  return text === "" ? undefined : text;
}

/** One line: `alice from 10.0.0.7 (lockstep 0193..., pid 4711) since 2026-... UTC (75 s), now running: ALTER ...`. */
export function describeHolder(holder: LockHolder): string {
  const name = holder.applicationName === undefined ? "" : `${holder.applicationName}, `;
  const parts = [
    holder.user ?? "somebody",
    ...(holder.host === undefined
      ? []
      : [holder.host === "local" ? "on the server" : `from ${holder.host}`]),
    `(${name}pid ${holder.pid})`,
    ...(holder.since === undefined
      ? []
      : [`since ${holder.since} (${holder.sinceSeconds ?? 0} s)`]),
  ];
  const running =
    holder.query === undefined
      ? ""
      : `, for ${holder.querySeconds ?? 0} s running: ${oneLine(holder.query)}`;
  return `${parts.join(" ")}${running}`;
}

const shownCharactersMax = 160;

function oneLine(query: string): string {
  const line = query.replace(/\s+/g, " ").trim();
  return line.length <= shownCharactersMax ? line : `${line.slice(0, shownCharactersMax)}...`;
}
