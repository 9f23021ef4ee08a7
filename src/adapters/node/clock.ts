/** The client's clock, for waiting and for durations. What the ledger records is the server's time, never this. */
import { setTimeout as sleepFor } from "node:timers/promises";
import type { Clock } from "../../ports/clock.ts";

export const nodeClock: Clock = {
  // Not performance.now(): reaching for it loads perf_hooks, which a no-op would pay for.
  monotonicMs: () => Number(process.hrtime.bigint() / 1000n) / 1000,
  async sleep(durationMs, signal) {
    // An aborted sleep ends early and says nothing: whoever aborted it knows why.
    if (signal?.aborted === true) return;
    await sleepFor(durationMs, undefined, signal === undefined ? {} : { signal }).catch(
      ignoreAbort,
    );
  },
};

function ignoreAbort(reason: unknown): void {
  if (!(reason instanceof Error) || reason.name !== "AbortError") throw reason;
}
