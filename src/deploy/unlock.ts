/**
 * Looks who holds the deploy lock or the lease, and with force ends the holder. Ending is terminating the holder's
 * sessions: what they had not committed is rolled back by the server. Never takes the lock itself.
 */
import { LockstepError } from "../core/errors.ts";
import { booleanOf, numberOf } from "../ledger/row.ts";
import type { Clock } from "../ports/clock.ts";
import { ServerError, type Database, type Session } from "../ports/database.ts";
import type { Progress } from "../ports/progress.ts";
import { connectPatiently } from "./steps/connect.ts";
import { clearLease, readLease, type Lease } from "./steps/lease.ts";
import { findHolder, type LockHolder } from "./steps/lock/holder.ts";
import { lockKey } from "./steps/lock/key.ts";

export interface UnlockRequest {
  readonly database: Database;
  readonly scope: string;
  readonly force: boolean;
  readonly clock: Clock;
  readonly progress: Progress;
  readonly signal?: AbortSignal | undefined;
}

export interface UnlockReport {
  readonly scope: string;
  /** Who had it when we looked; undefined: nobody. */
  readonly holder: LockHolder | undefined;
  readonly lease: Lease | undefined;
  /** Server processes that were ended. */
  readonly terminated: readonly number[];
  readonly leaseCleared: boolean;
}

export async function unlock(request: UnlockRequest): Promise<UnlockReport> {
  const { database, clock, progress, scope, force, signal } = request;
  const options = { applicationName: "lockstep unlock" };
  const connect = { database, options, clock, progress, retryForMs: 0, signal };
  const session = await connectPatiently(connect);
  try {
    const holder = await findHolder(session, lockKey(scope));
    const found = await readLease(session, scope);
    const lease = found?.holder === undefined ? undefined : found;
    const terminated =
      force && holder !== undefined ? await terminate(session, holder, request) : [];
    const leaseCleared = force && lease !== undefined;
    if (leaseCleared) await clearLease(session, scope);
    return { scope, holder, lease, terminated, leaseCleared };
  } finally {
    await session.close();
  }
}

/**
 * The lock's session first, so that the deploy begins nothing more, then its other sessions. They are found by the
 * deployment's id in application_name; a holder that is none of ours has only the one.
 */
const sessionsQuery = `select a.pid from pg_catalog.pg_stat_activity a
where a.pid <> pg_catalog.pg_backend_pid() and a.datname = pg_catalog.current_database()
  and (a.pid = $1 or ($2::text is not null and a.application_name like 'lockstep ' || $2 || '%'))
order by a.pid <> $1`;

async function terminate(
  session: Session,
  holder: LockHolder,
  { clock, scope }: UnlockRequest,
): Promise<readonly number[]> {
  const rows = await session.query(sessionsQuery, [holder.pid, holder.deploymentId ?? null]);
  const pids = rows.map((row) => numberOf(row, "pid"));
  const ended: number[] = [];
  for (const pid of pids) {
    if (await terminateOne(session, pid)) ended.push(pid);
  }
  for (let attempt = 0; attempt < 50; attempt += 1) {
    if ((await findHolder(session, lockKey(scope)))?.pid !== holder.pid) return ended;
    await clock.sleep(100);
  }
  const message = `the server process ${holder.pid} was told to end, and holds the lock still`;
  throw new LockstepError("LOCK.DENIED", message);
}

async function terminateOne(session: Session, pid: number): Promise<boolean> {
  try {
    const [row] = await session.query("select pg_catalog.pg_terminate_backend($1) as ended", [pid]);
    return row !== undefined && booleanOf(row, "ended");
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
    const message = `the server process ${pid} can't be ended: ${error.message}`;
    throw new LockstepError("LOCK.DENIED", message, { sqlState: error.sqlState, cause: error });
  }
}
