/**
 * Tries again what failed for want of a lock, a bounded number of times, with full jitter. Many short attempts hurt
 * the application less than one long wait, since everything queues behind a waiting ACCESS EXCLUSIVE lock.
 */
import type { Clock } from "../../../ports/clock.ts";
import { ServerError } from "../../../ports/database.ts";

export interface RetryOptions {
  readonly clock: Clock;
  /** After the first attempt. */
  readonly retriesMax: number;
  readonly signal: AbortSignal | undefined;
  /** Called before each pause. */
  readonly onRetry: (error: ServerError, attempt: number, pauseMs: number) => void;
}

const pauseMsBase = 100;
const pauseMsMax = 5_000;

export async function retryLocks<Result>(
  attempt: () => Promise<Result>,
  options: RetryOptions,
): Promise<Result> {
  for (let attempts = 1; ; attempts += 1) {
    try {
      return await attempt();
    } catch (error) {
      const isWorthIt = isLockFailure(error) && attempts <= options.retriesMax;
      if (!isWorthIt || options.signal?.aborted === true) throw error;
      const ceiling = Math.min(pauseMsMax, pauseMsBase * 2 ** (attempts - 1));
      const pauseMs = Math.round(pauseMsBase / 2 + Math.random() * ceiling);
      options.onRetry(error, attempts, pauseMs);
      await options.clock.sleep(pauseMs, options.signal);
    }
  }
}

/** lock_not_available and deadlock_detected: the transaction is rolled back and nothing happened. */
export function isLockFailure(error: unknown): error is ServerError {
  return error instanceof ServerError && (error.sqlState === "55P03" || error.sqlState === "40P01");
}

/** The server said no for good. */
export function isRefusal(error: unknown): error is ServerError {
  const isLock: boolean = isLockFailure(error);
  return error instanceof ServerError && !isLock;
}
