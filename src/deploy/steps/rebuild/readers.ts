/**
 * The sessions that read the old rows. Each locks every table against changes of its structure before anybody is kept
 * away: whoever wants to truncate or alter one then waits for us. Were a lock asked for later, it would wait behind
 * such a one, who waits for us in turn, and the server can't see that circle.
 */
import { LockstepError } from "../../../core/errors.ts";
import type { TableFacts } from "../../../data/tables.ts";
import type { Clock } from "../../../ports/clock.ts";
import type { Database, Session } from "../../../ports/database.ts";
import { quoteLiteral } from "../../../sql/quote.ts";
import { isLockFailure } from "../apply/retry.ts";
import { withSessions, type CopyOptions } from "../backup/sessions.ts";
import { holdTables } from "../data/inventory.ts";

export interface ReadersRequest {
  readonly count: number;
  readonly options: CopyOptions;
  readonly tables: readonly TableFacts[];
  /** Who will keep writers away afterwards, and from what. Holding a lock, it goes before whoever waits. */
  readonly fencing?: { readonly leader: Session; readonly tables: readonly TableFacts[] };
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

/** They have no snapshot yet. */
export async function withReaders<Result>(
  database: Database,
  request: ReadersRequest,
  work: (readers: readonly Session[]) => Promise<Result>,
): Promise<Result> {
  const { count, options, tables, fencing } = request;
  return await withSessions(database, { count, options }, async (readers) => {
    const holders = readers.map((session): Holder => ({ session, tables, access: ", read only" }));
    if (fencing !== undefined) {
      holders.push({ session: fencing.leader, tables: fencing.tables, access: "" });
    }
    await holdAll(holders, request);
    return await work(readers);
  });
}

interface Holder {
  readonly session: Session;
  readonly tables: readonly TableFacts[];
  readonly access: string;
}

const pauseMs = 300;
/** Less than the server's own deadlock_timeout of a second: it must not end the other one's transaction for our sake. */
const tryMs = 500;

/** Whoever comes between the first of us and the last is let through, and we try again. */
async function holdAll(
  holders: readonly Holder[],
  { clock, timeoutMs, signal }: ReadersRequest,
): Promise<void> {
  const giveUpAt = clock.monotonicMs() + timeoutMs;
  for (;;) {
    signal?.throwIfAborted();
    try {
      await atOnce(holders);
      return;
    } catch (error) {
      for (const { session } of holders) {
        if (session.transaction !== "idle") await session.script("rollback");
      }
      if (!isLockFailure(error)) throw error;
      if (clock.monotonicMs() > giveUpAt) {
        const message = "somebody holds a table, or waits to, who alters or truncates it";
        const details = { sqlState: error.sqlState, cause: error };
        throw new LockstepError("REBUILD.FENCE_TIMEOUT", message, details);
      }
      await clock.sleep(pauseMs, signal);
    }
  }
}

/** One after the other, somebody who truncates in a loop would come between them nearly each time. */
async function atOnce(holders: readonly Holder[]): Promise<void> {
  const outcomes = await Promise.allSettled(holders.map(hold));
  const reasons = outcomes.flatMap((one) => (one.status === "rejected" ? [one.reason] : []));
  if (reasons.length > 0) throw reasons.find((reason) => !isLockFailure(reason)) ?? reasons[0];
}

async function hold({ session, tables, access }: Holder): Promise<void> {
  const begin = `begin isolation level repeatable read${access}`;
  await session.script(`${begin}; set local lock_timeout = ${tryMs}`);
  await holdTables(session, tables);
}

/** From here on all of them see the same moment. */
export async function readAt(readers: readonly Session[], snapshot: string): Promise<void> {
  for (const reader of readers) {
    await reader.script(`set transaction snapshot ${quoteLiteral(snapshot)}`);
  }
}
