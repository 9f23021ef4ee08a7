/**
 * Connecting with patience: a server that starts, is full for a moment or is not there yet is tried again, with
 * pauses that grow and differ, up to a limit. A wrong password or an absent database is never tried twice.
 */
import { LockstepError } from "../../core/errors.ts";
import type { ErrorCode } from "../../core/codes.ts";
import type { Clock } from "../../ports/clock.ts";
import type { ConnectOptions, Database, Session } from "../../ports/database.ts";
import type { Progress } from "../../ports/progress.ts";

export interface ConnectRequest {
  readonly database: Database;
  readonly options?: ConnectOptions;
  readonly clock: Clock;
  readonly progress: Progress;
  /** For how long failures that can pass are tried again; 0: one attempt. */
  readonly retryForMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** How long a deploy waits for its server when nothing else is said. */
export const retryForMsDefault = 15_000;

export async function connectPatiently(request: ConnectRequest): Promise<Session> {
  const { database, clock, progress, retryForMs, signal } = request;
  const giveUpAt = clock.monotonicMs() + retryForMs;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await database.connect({ ...request.options, signal });
    } catch (error) {
      if (!isPassing(error)) throw error;
      const leftMs = giveUpAt - clock.monotonicMs();
      signal?.throwIfAborted();
      if (leftMs <= 0) throw triedFor(error, attempt);
      if (attempt === 1) {
        const message = `waiting for ${database.label}: ${error.message}`;
        progress({ event: "connect.waiting", message, data: { code: error.code } });
      }
      await clock.sleep(Math.min(pauseMs(attempt), leftMs), signal);
    }
  }
}

/** The failures that a server or a network may get over by itself. */
const passing: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "CONNECT.REFUSED",
  "CONNECT.DNS",
  "CONNECT.UNREACHABLE",
  "CONNECT.TIMEOUT",
  "CONNECT.STARTING",
  "CONNECT.TOO_MANY",
  "CONNECT.LOST",
]);

export function isPassing(error: unknown): error is LockstepError {
  return error instanceof LockstepError && passing.has(error.code);
}

function triedFor(error: LockstepError, attempts: number): LockstepError {
  if (attempts === 1) return error;
  return error.with({ notes: [...error.notes, `tried ${attempts} times`] });
}

/** Half of it is chance, so that many deployers that wait for one server do not come in step. */
export function pauseMs(attempt: number, longestMs = 2_000): number {
  const fullMs = Math.min(100 * 2 ** Math.min(attempt, 10), longestMs);
  return fullMs / 2 + (Math.random() * fullMs) / 2;
}
