/** Durations as people write them: `500ms`, `30s`, `5m`, `2h`. A bare number is refused: nobody knows its unit. */

const unitsMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  min: 60_000,
  m: 60_000,
  h: 3_600_000,
};

/** Milliseconds; undefined when it is no duration. `0` needs no unit. */
export function parseDuration(text: string): number | undefined {
  const trimmed = text.trim();
  if (trimmed === "0") return 0;
  const [, amount, unit] = /^(\d+(?:\.\d+)?)\s*(ms|s|min|m|h)$/.exec(trimmed) ?? [];
  const factor = unitsMs[unit ?? ""];
  if (amount === undefined || factor === undefined) return undefined;
  return Math.round(Number(amount) * factor);
}

/** For people: `0.4 s`, `12 s`, `3 min 20 s`. */
export function formatDuration(durationMs: number): string {
  if (durationMs < 1_000) return `${Math.round(durationMs)} ms`;
  const seconds = durationMs / 1_000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 120
    ? `${minutes} min ${Math.round(seconds % 60)} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
