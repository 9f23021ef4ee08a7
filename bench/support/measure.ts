/**
 * Times whole processes against a floor in the same run: the contestants take turns, so that a busy machine slows
 * all of them, and the medians are compared. Prints a Markdown table that docs/benchmarks.md can hold as it is.
 */
import { spawnSync } from "node:child_process";
import { performance } from "node:perf_hooks";

export interface Contestant {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Puts things back before each run; not timed. */
  readonly prepare?: () => void | Promise<void>;
}

export interface Contest {
  readonly title: string;
  /** The first contestant is the floor that the others are a multiple of. */
  readonly contestants: readonly Contestant[];
  readonly runs: number;
}

export interface Result {
  readonly name: string;
  readonly medianMs: number;
  readonly ratio: number;
}

/** Runs the contest and prints its table on stdout. */
export async function hold(contest: Contest): Promise<readonly Result[]> {
  const times = new Map<string, number[]>(contest.contestants.map(({ name }) => [name, []]));
  for (let turn = 0; turn <= contest.runs; turn += 1) {
    for (const contestant of contest.contestants) {
      await contestant.prepare?.();
      const elapsedMs = timeOnce(contestant);
      // The first turn only warms caches.
      if (turn > 0) times.get(contestant.name)?.push(elapsedMs);
    }
  }
  const medians = contest.contestants.map(({ name }) => ({
    name,
    medianMs: median(times.get(name) ?? []),
  }));
  const floorMs = medians[0]?.medianMs ?? Number.NaN;
  const results = medians.map(({ name, medianMs }) => ({
    name,
    medianMs,
    ratio: medianMs / floorMs,
  }));
  process.stdout.write(table(contest, results));
  return results;
}

function timeOnce({ name, command, cwd, env }: Contestant): number {
  const [program, ...args] = command;
  const startedMs = performance.now();
  const done = spawnSync(program, args, {
    ...(cwd === undefined ? {} : { cwd }),
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
    maxBuffer: 1 << 28,
  });
  const elapsedMs = performance.now() - startedMs;
  if (done.status !== 0) {
    throw new Error(`${name} failed (${done.status ?? done.signal}): ${done.stderr}${done.stdout}`);
  }
  return elapsedMs;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
}

function table({ title, runs }: Contest, results: readonly Result[]): string {
  const rows = results.map(
    ({ name, medianMs, ratio }) => `| ${name} | ${medianMs.toFixed(1)} | ${ratio.toFixed(2)} x |`,
  );
  const head = [`### ${title}`, "", `| (median of ${runs}) | ms | ratio |`, "|---|---:|---:|"];
  return [...head, ...rows, "", ""].join("\n");
}
