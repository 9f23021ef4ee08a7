import { expect, test } from "vitest";
import { formatDuration, parseDuration } from "../../src/core/duration.ts";

test.each([
  ["500ms", 500],
  ["30s", 30_000],
  ["1.5s", 1_500],
  ["5m", 300_000],
  ["10min", 600_000],
  ["2h", 7_200_000],
  [" 3 s ", 3_000],
  ["0", 0],
])("%s is %i ms", (text, durationMs) => {
  expect(parseDuration(text)).toBe(durationMs);
});

test.each(["", "30", "s", "-1s", "1d", "5 minutes", "1e3s", "1h30m"])(
  "%s is no duration",
  (text) => {
    expect(parseDuration(text)).toBeUndefined();
  },
);

test.each([
  [4, "4 ms"],
  [999.4, "999 ms"],
  [1_250, "1.3 s"],
  [59_600, "60 s"],
  [200_000, "3 min 20 s"],
  [10_000_000, "2 h 46 min"],
])("%d ms is shown as %s", (durationMs, text) => {
  expect(formatDuration(durationMs)).toBe(text);
});
