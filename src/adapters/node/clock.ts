/** The client's clock, for waiting and for durations. What the ledger records is the server's time, never this. */
// Not node:timers/promises: that is loaded with what imports it, and a no-op would pay for it.
import { promises } from "node:timers";
import type { Clock } from "../../ports/clock.ts";

export const nodeClock: Clock = {
  // Not performance.now(): reaching for it loads perf_hooks, which a no-op would pay for.
  monotonicMs: () => Number(process.hrtime.bigint() / 1000n) / 1000,
  async sleep(durationMs, signal) {
    // An aborted sleep ends early and says nothing: whoever aborted it knows why.
    if (signal?.aborted === true) return;
    const options = signal === undefined ? {} : { signal };
    await promises.setTimeout(durationMs, undefined, options).catch(ignoreAbort);
  },
};

function ignoreAbort(reason: unknown): void {
  if (!(reason instanceof Error) || reason.name !== "AbortError") throw reason;
}
