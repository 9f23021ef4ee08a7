/** One state of the database for several sessions that move rows: the leader exports it, the others adopt it. */
import { textOf } from "../../../ledger/row.ts";
import type { Session } from "../../../ports/database.ts";
import { beginReading, clientEncoding } from "../backup/sessions.ts";

export interface DataSnapshot {
  readonly name: string;
  readonly takenAt: string;
  readonly lsn: string;
  readonly database: string;
  readonly encoding: string;
}

export async function openDataSnapshot(leader: Session): Promise<DataSnapshot> {
  await beginReading(leader);
  return await exportSnapshot(leader);
}

export async function exportSnapshot(leader: Session): Promise<DataSnapshot> {
  const [row = {}] = await leader.query(`select pg_catalog.pg_export_snapshot() as name,
    pg_catalog.to_char(pg_catalog.clock_timestamp() at time zone 'UTC',
      'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as taken_at,
    case when pg_catalog.pg_is_in_recovery() then pg_catalog.pg_last_wal_replay_lsn()
      else pg_catalog.pg_current_wal_lsn() end::text as lsn,
    pg_catalog.current_database()::text as database,
    pg_catalog.current_setting('server_encoding') as encoding`);
  return {
    name: textOf(row, "name"),
    takenAt: textOf(row, "taken_at"),
    lsn: textOf(row, "lsn"),
    database: textOf(row, "database"),
    encoding: textOf(row, "encoding"),
  };
}

export async function adoptDataSnapshot(
  session: Session,
  { name, encoding }: DataSnapshot,
): Promise<void> {
  await beginReading(session, { snapshot: name, encoding: clientEncoding(encoding) });
}
