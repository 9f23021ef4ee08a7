/**
 * While a statement waits for a lock, says who holds it: asked on the other session, now and then, and never in the
 * way of the statement itself. A failure to look is no failure of the deploy.
 */
import { numberOf, optionalTextOf, textOf } from "../../../ledger/row.ts";
import type { Clock } from "../../../ports/clock.ts";
import type { Session } from "../../../ports/database.ts";

export interface Blocker {
  readonly pid: number;
  readonly user: string | undefined;
  readonly application: string | undefined;
  readonly state: string | undefined;
  /** How long its transaction has been open. */
  readonly transactionAgeMs: number;
  readonly query: string;
}

export interface WatchOptions {
  readonly clock: Clock;
  readonly observer: Session;
  /** The server process that may be blocked. */
  readonly pid: number;
  readonly everyMs: number;
  readonly onBlocked: (blockers: readonly Blocker[]) => void;
}

export interface Watch {
  /** Those seen last. */
  readonly last: () => readonly Blocker[];
  stop(): void;
}

export function watchBlockers(options: WatchOptions): Watch {
  const stopper = new AbortController();
  let seen: readonly Blocker[] = [];
  const loop = async (): Promise<void> => {
    while (!stopper.signal.aborted) {
      await options.clock.sleep(options.everyMs, stopper.signal);
      if (stopper.signal.aborted) return;
      const blockers = await blockersOf(options.observer, options.pid);
      if (blockers.length === 0) continue;
      seen = blockers;
      options.onBlocked(blockers);
    }
  };
  loop().catch(() => undefined);
  return { last: () => seen, stop: () => stopper.abort() };
}

/** Over many short transactions of one session: a loop that looks only while one is under way. */
export interface WatchOverAll {
  begin(): Watch;
  stop(): void;
}

export function watchOverAll(
  options: Omit<WatchOptions, "pid"> & { readonly pid: () => number },
): WatchOverAll {
  const stopper = new AbortController();
  let current: { seen: readonly Blocker[] } | undefined;
  const loop = async (): Promise<void> => {
    for (;;) {
      await options.clock.sleep(options.everyMs, stopper.signal);
      if (stopper.signal.aborted) return;
      const watched = current;
      if (watched === undefined) continue;
      const blockers = await blockersOf(options.observer, options.pid());
      if (blockers.length === 0 || watched !== current) continue;
      watched.seen = blockers;
      options.onBlocked(blockers);
    }
  };
  loop().catch(() => undefined);
  return {
    begin: () => {
      const mine: { seen: readonly Blocker[] } = { seen: [] };
      current = mine;
      return {
        last: () => mine.seen,
        stop: () => {
          if (current === mine) current = undefined;
        },
      };
    },
    stop: () => stopper.abort(),
  };
}

export async function blockersOf(observer: Session, pid: number): Promise<readonly Blocker[]> {
  const rows = await observer.query(
    `select a.pid, a.usename::text as usename, a.application_name, a.state,
      coalesce(pg_catalog.extract('epoch', pg_catalog.clock_timestamp() - a.xact_start) * 1000, 0)::bigint as age_ms,
      pg_catalog.left(a.query, 200) as query
    from pg_catalog.unnest(pg_catalog.pg_blocking_pids($1::integer)) b(pid)
    join pg_catalog.pg_stat_activity a on a.pid = b.pid`,
    [pid],
  );
  return rows.map((row) => ({
    pid: numberOf(row, "pid"),
    user: optionalTextOf(row, "usename"),
    application: optionalTextOf(row, "application_name"),
    state: optionalTextOf(row, "state"),
    transactionAgeMs: numberOf(row, "age_ms"),
    query: textOf(row, "query"),
  }));
}

/** For people: who, from where, since when, doing what. */
export function describeBlocker(blocker: Blocker): string {
  const { pid, user, application, state, transactionAgeMs, query } = blocker;
  const who = `pid ${pid} (${user ?? "unknown user"}${application ? `, ${application}` : ""})`;
  const since = `${Math.round(transactionAgeMs / 1000)} s in its transaction`;
  const what = query.replaceAll(/\s+/g, " ").trim();
  return `${who}, ${state ?? "state unknown"}, ${since}${what === "" ? "" : `: ${what}`}`;
}
