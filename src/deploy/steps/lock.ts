/**
 * The deploy lock: at most one deploy at a time for a scope of a database. It is polled for with
 * pg_try_advisory_lock on a session of its own that is idle between polls and never in a transaction, since a
 * blocking wait would stall CREATE INDEX CONCURRENTLY. Behind a pooler, where a session's lock belongs to nobody,
 * it is a lease (lease.ts).
 */
import { LockstepError } from "../../core/errors.ts";
import { booleanOf } from "../../ledger/row.ts";
import type { Session } from "../../ports/database.ts";
import { connectPatiently, pauseMs } from "./connect.ts";
import { describeHolder, findHolder, type LockHolder } from "./lock/holder.ts";
import { beatHeart } from "./lock/heartbeat.ts";
import type { HeldLock, LockRequest } from "./lock/held.ts";
import { lockKey } from "./lock/key.ts";
import { lockSession } from "./sessions.ts";

export type { HeldLock, LockRequest } from "./lock/held.ts";

/** How long a deploy waits for another one when nothing else is said. */
export const lockWaitMsDefault: number = 10 * 60_000;

export async function takeDeployLock(request: LockRequest): Promise<HeldLock> {
  const session = await (request.session ?? connect(request));
  try {
    if (await session.isPooled()) {
      const { takeLease } = await import("./lease.ts");
      return await takeLease(session, request);
    }
    const key = lockKey(request.scope);
    await poll(session, key, request);
    return holdSession(session, key, request);
  } catch (error) {
    await session.close();
    throw error;
  }
}

function connect(request: LockRequest): Promise<Session> {
  return connectPatiently({
    database: request.database,
    options: lockSession(request.deploymentId),
    clock: request.clock,
    progress: request.progress,
    retryForMs: request.retryForMs ?? 0,
    signal: request.signal,
  });
}

async function poll(session: Session, key: bigint, request: LockRequest): Promise<void> {
  const { clock, signal, waitMs } = request;
  const giveUpAt = clock.monotonicMs() + waitMs;
  const announce = announcer(request);
  for (let attempt = 1; ; attempt += 1) {
    const [row] = await session.query("select pg_catalog.pg_try_advisory_lock($1::int8) as held", [
      key,
    ]);
    if (row !== undefined && booleanOf(row, "held")) return;
    const holder = await findHolder(session, key);
    const leftMs = giveUpAt - clock.monotonicMs();
    signal?.throwIfAborted();
    if (leftMs <= 0) throw busy(holder, request);
    announce(holder);
    await clock.sleep(Math.min(pauseMs(attempt, 1_000), leftMs), signal);
  }
}

/** Says who is waited for at once, when it changes, and every half minute. */
function announcer(request: LockRequest): (holder: LockHolder | undefined) => void {
  const { clock, progress } = request;
  let last: { readonly pid: number; readonly atMs: number } | undefined;
  return (holder) => {
    if (holder === undefined) return;
    const nowMs = clock.monotonicMs();
    if (last !== undefined && last.pid === holder.pid && nowMs - last.atMs < announceEveryMs)
      return;
    last = { pid: holder.pid, atMs: nowMs };
    const message = `waiting for the deploy lock, held by ${describeHolder(holder)}`;
    progress({ event: "lock.waiting", message, data: { ...holder } });
  };
}

const announceEveryMs = 30_000;

function busy(holder: LockHolder | undefined, request: LockRequest): LockstepError {
  const seconds = Math.round(request.waitMs / 1_000);
  const waited = request.waitMs === 0 ? "" : ` and was not free within ${seconds} s`;
  const who = holder === undefined ? "somebody who has just left" : describeHolder(holder);
  return new LockstepError("LOCK.BUSY", `another deploy holds the lock${waited}: ${who}`, {
    data: { scope: request.scope, ...(holder === undefined ? {} : { pid: holder.pid }) },
  });
}

/** The session's own locks, so that a lock that was taken from us (pg_advisory_unlock_all) is noticed, too. */
const stillHeldQuery = `select exists (
  select from pg_catalog.pg_locks
  where locktype = 'advisory' and granted and objsubid = 1 and pid = pg_catalog.pg_backend_pid()
    and ((classid::int8 << 32) | objid::int8) = $1::int8
) as held`;

function holdSession(session: Session, key: bigint, request: LockRequest): HeldLock {
  const heart = beatHeart({
    clock: request.clock,
    everyMs: 5_000,
    freshForMs: 200,
    patienceMs: 15_000,
    ended: session.ended,
    check: async () => {
      const [row] = await session.query(stillHeldQuery, [key]);
      return row !== undefined && booleanOf(row, "held");
    },
    lostError: (cause) =>
      new LockstepError("LOCK.LOST", "the session that held the deploy lock is gone", {
        state: "what was committed before is recorded in the ledger; nothing more was begun",
        ...(cause === undefined ? {} : { cause }),
      }),
  });
  return {
    kind: "session",
    observer: session,
    lost: heart.lost,
    assertHeld: heart.assertAlive,
    guard: undefined,
    release: async () => {
      await heart.stop();
      await session.close();
    },
  };
}
