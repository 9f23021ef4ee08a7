/** Batches find their size; whoever is worse off is waited for. */
import { expect, test } from "vitest";
import { nextSize, restMs, whyWait } from "../../../src/deploy/steps/backfill/pace.ts";
import {
  backfillDefaults as usual,
  readBackfillMarks,
} from "../../../src/project/backfill-marks.ts";

test("a batch that was too quick grows, one that was too slow shrinks, no more than by half or twice", () => {
  expect(nextSize({ size: 1000, rows: 1000, durationMs: 200 }, usual, 0)).toBe(1250);
  expect(nextSize({ size: 1000, rows: 1000, durationMs: 1 }, usual, 0)).toBe(2000);
  expect(nextSize({ size: 1000, rows: 1000, durationMs: 60_000 }, usual, 0)).toBe(500);
  expect(nextSize({ size: 80_000, rows: 1, durationMs: 1 }, usual, 0)).toBe(100_000);
  expect(nextSize({ size: 1000, rows: 1, durationMs: 1 }, { ...usual, targetMs: 0 }, 0)).toBe(1000);
  expect(nextSize({ size: 1000, rows: 1, durationMs: 1 }, usual, 600)).toBe(300);
  expect(nextSize({ size: 1, rows: 1, durationMs: 60_000 }, usual, 0)).toBe(1);
});

test("it rests as its pace and its rate say, whichever is longer", () => {
  const time = { size: 100, rows: 100, durationMs: 100 };
  expect(restMs(time, usual, 0)).toBe(0);
  expect(restMs(time, { ...usual, pace: 0.25 }, 0)).toBe(300);
  expect(restMs(time, { ...usual, pace: 0.25 }, 100)).toBe(900);
});

test.each([
  [{ lagMs: 11_000 }, /standby is 11.0 s behind/],
  [{ lockWaits: 6 }, /6 sessions wait for locks/],
  [{ active: 9 }, /9 sessions are at work/],
  [{ wal: 30 }, /30.0 MB of WAL/],
  [{}, undefined],
])("%j", (pressure, why) => {
  const all = { lagMs: 0, lockWaits: 0, active: 0, wal: 0, ...pressure };
  const found = whyWait(all, { ...usual, maxActive: 8, maxWal: 20 })?.why;
  if (why === undefined) expect(found).toBeUndefined();
  else expect(found).toMatch(why);
});

test("the mark's options are read, and a wrong one is refused with its line", () => {
  const read = (text: string) => readBackfillMarks({ path: "a.sql", text, line: 1 });
  expect(read("update a set b = 1")).toBeUndefined();
  expect(
    read(
      "-- lockstep: backfill key=a,b batch=10 target=1s rate=5 pace=0.5\n-- lockstep: verify select 1;\n",
    ),
  ).toEqual({
    options: { ...usual, key: ["a", "b"], batch: 10, targetMs: 1000, rate: 5, pace: 0.5 },
    verify: ["select 1"],
  });
  for (const wrong of ["size=3", "batch=x", "pace=2", "target=5", "key="]) {
    expect(() => read(`-- a\n-- lockstep: backfill ${wrong}\n`)).toThrow(
      expect.objectContaining({ code: "BACKFILL.OPTION", where: { file: "a.sql", line: 2 } }),
    );
  }
});
