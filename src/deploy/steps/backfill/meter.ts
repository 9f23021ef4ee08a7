/**
 * How others fare while a backfill runs: standbys, who waits for locks, who is at work, how much is written. What a role
 * may not see is said and not taken for calm.
 */
import {
  booleanOf,
  numberOf,
  optionalNumberOf,
  optionalTextOf,
  textOf,
} from "../../../ledger/row.ts";
import type { Row } from "../../../ports/database.ts";
import type { BackfillOptions } from "../../../project/backfill-marks.ts";
import type { ApplyContext } from "../apply/context.ts";
import type { Pressure } from "./pace.ts";
import { createStandbyLog } from "./standbys.ts";

export interface Meter {
  read(): Promise<Pressure>;
  /** What was asked for and can't be seen by this role, in words; empty: everything can. */
  blind(): Promise<readonly string[]>;
}

/** Locks are everybody's to see; what sessions do, and where standbys are, takes pg_read_all_stats. */
const othersQuery = `select
  (select pg_catalog.count(distinct l.pid) from pg_catalog.pg_locks l
    join pg_catalog.pg_stat_activity a on a.pid = l.pid
    where not l.granted and a.datname = pg_catalog.current_database())::text as waits,
  (select pg_catalog.count(*) from pg_catalog.pg_stat_activity where state = 'active'
    and datname = pg_catalog.current_database() and pid <> pg_catalog.pg_backend_pid())::text as active,
  pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_insert_lsn(), '0/0')::text as wal,
  pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_flush_lsn(), '0/0')::text as flushed,
  standby.name, standby.lag, standby.replayed,
  array (select distinct application_name || coalesce(' at ' || pg_catalog.host(client_addr), '')
    from pg_catalog.pg_stat_replication r where r.replay_lsn is not null and not exists (
      select from pg_catalog.pg_replication_slots s where s.active_pid = r.pid and s.slot_type = 'logical')) as listed
from (values (1)) one left join (
  select application_name as name, (extract(epoch from replay_lag) * 1000)::float8::text as lag,
    pg_catalog.pg_wal_lsn_diff(replay_lsn, '0/0')::text as replayed
  from pg_catalog.pg_stat_replication where replay_lsn is not null order by replay_lsn limit 1
) standby on true`;

export function createMeter({ observer, clock }: ApplyContext, options: BackfillOptions): Meter {
  let last: { readonly wal: number; readonly atMs: number } | undefined;
  const log = createLagLog();
  const standbys = createStandbyLog();
  return {
    read: async () => {
      const [row = {}] = await observer.query(othersQuery);
      const atMs = clock.monotonicMs();
      const wal = Number(textOf(row, "wal")) / 1_048_576;
      const rate =
        last === undefined ? 0 : ((wal - last.wal) / Math.max(1, atMs - last.atMs)) * 1_000;
      last = { wal, atMs };
      const name = optionalTextOf(row, "name");
      const looksAtLag = options.maxLagMs > 0;
      const { absent, givenUp } = standbys.look(looksAtLag ? listedOf(row) : [], atMs);
      const ownLagMs = looksAtLag ? log.lagMs(numberOf(row, "flushed"), replayedOf(row), atMs) : 0;
      return {
        absent,
        givenUp,
        lagMs: Math.max(optionalNumberOf(row, "lag") ?? 0, ownLagMs),
        ...(name === undefined ? {} : { standby: name }),
        lockWaits: numberOf(row, "waits"),
        active: numberOf(row, "active"),
        wal: rate,
      };
    },
    blind: async () => {
      const [row = {}] = await observer.query(sightQuery);
      if (booleanOf(row, "sees")) return [];
      return [
        ...(options.maxLagMs > 0 && booleanOf(row, "has_standbys")
          ? ["how far standbys are behind (max-lag)"]
          : []),
        ...(options.maxActive > 0 ? ["which sessions are at work (max-active)"] : []),
      ];
    },
  };
}

function listedOf(row: Row): readonly string[] {
  const { listed } = row;
  return Array.isArray(listed) ? listed.map(String) : [];
}

function replayedOf(row: Row): number | undefined {
  return optionalNumberOf(row, "replayed");
}

const sightQuery = `select pg_catalog.pg_has_role('pg_read_all_stats', 'USAGE') as sees,
  exists (select from pg_catalog.pg_stat_replication) as has_standbys`;

export interface LagLog {
  /** Since when the standby has not got what was written by then. */
  lagMs(flushed: number, replayed: number | undefined, atMs: number): number;
}

/**
 * The server measures a standby's lag by its answers: of one that does not answer at all it goes on to tell what was
 * true before, until it gives the connection up after a minute. So it is measured here as well.
 */
export function createLagLog(): LagLog {
  let written: { readonly flushed: number; readonly atMs: number }[] = [];
  return {
    lagMs: (flushed, replayed, atMs) => {
      if (replayed === undefined) {
        written = [];
        return 0;
      }
      written = [...written, { flushed, atMs }].filter((each) => each.flushed > replayed);
      return atMs - (written[0]?.atMs ?? atMs);
    },
  };
}
