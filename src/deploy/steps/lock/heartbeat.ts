/**
 * Keeps asking whether the lock is still ours, now and then and on demand, with a limit on each answer: a
 * connection that hangs is as lost as one that broke. On demand an answer of a moment ago will do, since two hundred
 * small migrations would otherwise wait for two hundred answers. It never keeps the process alive by itself for
 * longer than until stop().
 */
import type { LockstepError } from "../../../core/errors.ts";
import type { Clock } from "../../../ports/clock.ts";

export interface HeartbeatInit {
  readonly clock: Clock;
  readonly everyMs: number;
  /** How long an answer may take. */
  readonly patienceMs: number;
  /**
   * For how long "it is ours" is taken as still true on demand; a broken connection is noticed at once all the same.
   * 0 where asking also renews.
   */
  readonly freshForMs: number;
  /** Resolves when the session is gone. */
  readonly ended: Promise<void>;
  /** False: it is not ours any more. */
  readonly check: () => Promise<boolean>;
  readonly lostError: (cause: unknown) => LockstepError;
}

export interface Heartbeat {
  readonly lost: AbortSignal;
  readonly assertAlive: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

export function beatHeart(init: HeartbeatInit): Heartbeat {
  const lost = new AbortController();
  const stopped = new AbortController();
  const lose = (cause: unknown): void => {
    if (!stopped.signal.aborted && !lost.signal.aborted) lost.abort(init.lostError(cause));
  };
  let confirmedAtMs = Number.NEGATIVE_INFINITY;
  const ask = async (): Promise<void> => {
    const askedAtMs = init.clock.monotonicMs();
    try {
      if (await inTime(init)) confirmedAtMs = askedAtMs;
      else lose(undefined);
    } catch (error) {
      lose(error);
    }
  };
  void init.ended.then(() => lose(undefined));
  const beating = (async () => {
    while (!stopped.signal.aborted && !lost.signal.aborted) {
      await init.clock.sleep(init.everyMs, AbortSignal.any([stopped.signal, lost.signal]));
      if (!stopped.signal.aborted) await ask();
    }
  })();
  return {
    lost: lost.signal,
    assertAlive: async () => {
      lost.signal.throwIfAborted();
      if (init.clock.monotonicMs() - confirmedAtMs < init.freshForMs) return;
      await ask();
      lost.signal.throwIfAborted();
    },
    stop: async () => {
      stopped.abort();
      await beating;
    },
  };
}

async function inTime(init: HeartbeatInit): Promise<boolean> {
  const answered = new AbortController();
  const late = init.clock.sleep(init.patienceMs, answered.signal).then(() => false);
  try {
    return await Promise.race([init.check(), late]);
  } finally {
    answered.abort();
  }
}
