/**
 * The deploy locks of all scopes of a database, for who puts another database in its place: whatever is deployed there
 * meanwhile would be lost, whoever's scope it is. The scopes are taken in one order, so that two who do this never wait
 * for each other; a deploy takes one alone.
 */
import { textOf } from "../../ledger/row.ts";
import type { Session } from "../../ports/database.ts";
import { lockWaitMsDefault, takeDeployLock, type HeldLock, type LockRequest } from "./lock.ts";

export interface LockOutRequest extends Omit<
  LockRequest,
  "deploymentId" | "scope" | "waitMs" | "leaseMs" | "retryForMs"
> {
  /** The project's own; the ledger knows of others. */
  readonly scope: string;
  readonly waitMs: number | undefined;
}

export interface LockedOut {
  /** Of the first lock that is lost, or the caller's own. */
  readonly signal: AbortSignal;
  readonly assertHeld: () => Promise<void>;
  /** The locks' own sessions, by their process ids. */
  readonly pids: readonly number[];
}

export async function lockOutDeploys<Result>(
  request: LockOutRequest,
  body: (locked: LockedOut) => Promise<Result>,
): Promise<Result> {
  const locks: HeldLock[] = [];
  const take = async (scope: string): Promise<HeldLock> => {
    const waitMs = request.waitMs ?? lockWaitMsDefault;
    const lock = await takeDeployLock({
      ...request,
      ...{ scope, waitMs, deploymentId: crypto.randomUUID() },
    });
    locks.push(lock);
    return lock;
  };
  try {
    const first = await take(request.scope);
    for (const scope of await otherScopes(first.observer, request.scope)) await take(scope);
    const { signal } = request;
    const signals = locks.map(({ lost }) => lost);
    return await body({
      signal: AbortSignal.any(signal === undefined ? signals : [...signals, signal]),
      assertHeld: async () => {
        for (const lock of locks) await lock.assertHeld();
      },
      pids: locks.map(({ observer }) => observer.server.backendPid),
    });
  } finally {
    await Promise.all(locks.map((lock) => lock.release()));
  }
}

async function otherScopes(session: Session, own: string): Promise<readonly string[]> {
  const [found = {}] = await session.query(
    "select pg_catalog.to_regclass('lockstep.deployments') is not null as found",
  );
  if (found["found"] !== true) return [];
  const rows = await session.query(
    `select scope from lockstep.deployments where scope <> $1 group by scope order by scope collate "C"`,
    [own],
  );
  return rows.map((row) => textOf(row, "scope"));
}
