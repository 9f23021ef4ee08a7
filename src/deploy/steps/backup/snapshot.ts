/** One state of the database for several sessions: the leader's transaction exports it, the others adopt it. */
import type { ServerDescription } from "../../../backup/manifest.ts";
import { booleanOf, numberOf, textOf } from "../../../ledger/row.ts";
import type { Session } from "../../../ports/database.ts";
import { refuseNewer } from "../ledger/read.ts";
import { beginReading, clientEncoding } from "./sessions.ts";

export interface Snapshot {
  readonly name: string;
  readonly takenAt: string;
  readonly lsn: string;
  readonly xmax: string;
  readonly origin: string;
  readonly server: ServerDescription;
  readonly ledgerVersion: number | null;
}

/** This database of this cluster, and none that was restored in its place. */
export const originQuery = `select (select system_identifier from pg_catalog.pg_control_system())::text || '/' ||
  (select oid from pg_catalog.pg_database where datname = pg_catalog.current_database())::text as origin`;

const query = `select pg_catalog.pg_export_snapshot() as name,
  pg_catalog.to_char(pg_catalog.clock_timestamp() at time zone 'UTC',
    'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as taken_at,
  case when pg_catalog.pg_is_in_recovery() then pg_catalog.pg_last_wal_replay_lsn()
    else pg_catalog.pg_current_wal_lsn() end::text as lsn,
  pg_catalog.pg_snapshot_xmax(pg_catalog.pg_current_snapshot())::text as xmax,
  (${originQuery}) as origin,
  pg_catalog.current_database()::text as database,
  pg_catalog.current_setting('server_encoding') as encoding,
  (select pg_catalog.pg_get_userbyid(d.datdba) from pg_catalog.pg_database d
    where d.datname = pg_catalog.current_database())::text as owner,
  pg_catalog.to_regclass('lockstep.ledger_versions') is not null as has_ledger`;

/** The session stays in its transaction: with it the snapshot would end. */
export async function openSnapshot(leader: Session): Promise<Snapshot> {
  await beginReading(leader);
  const [row = {}] = await leader.query(query);
  const { versionNumber, major } = leader.server;
  return {
    name: textOf(row, "name"),
    takenAt: textOf(row, "taken_at"),
    lsn: textOf(row, "lsn"),
    xmax: textOf(row, "xmax"),
    origin: textOf(row, "origin"),
    server: {
      ...{ versionNumber, major },
      database: textOf(row, "database"),
      encoding: textOf(row, "encoding"),
      owner: textOf(row, "owner"),
    },
    ledgerVersion: booleanOf(row, "has_ledger") ? await readLedgerVersion(leader) : null,
  };
}

async function readLedgerVersion(leader: Session): Promise<number> {
  const [row = {}] = await leader.query(
    "select coalesce(pg_catalog.max(version), 0) as version from lockstep.ledger_versions",
  );
  const version = numberOf(row, "version");
  refuseNewer(version);
  return version;
}

export async function adoptSnapshot(session: Session, { name, server }: Snapshot): Promise<void> {
  await beginReading(session, { snapshot: name, encoding: clientEncoding(server.encoding) });
}
