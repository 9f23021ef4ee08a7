import { expect, test } from "vitest";
import { nodeClock } from "../../../src/adapters/node/clock.ts";

test("a sleep takes its time, and an abort ends it without a word", async () => {
  const start = nodeClock.monotonicMs();
  await nodeClock.sleep(20);
  expect(nodeClock.monotonicMs() - start).toBeGreaterThanOrEqual(18);
  const aborted = AbortSignal.abort();
  await nodeClock.sleep(60_000, aborted);
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 5);
  await nodeClock.sleep(60_000, controller.signal);
  expect(nodeClock.monotonicMs() - start).toBeLessThan(10_000);
});
