/**
 * Times whole processes against a floor in the same run: the contestants take turns, so that a busy machine slows
 * all of them, and the medians are compared. Prints a Markdown table that docs/benchmarks.md can hold as it is.
 */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
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
  /** Of the processor, the process's own and not the server's; a busy machine changes it little. Not on all systems. */
  readonly processorMs: number | undefined;
}

interface Sample {
  readonly elapsedMs: number;
  readonly processorMs: number | undefined;
}

/** Runs the contest and prints its table on stdout. */
export async function hold(contest: Contest): Promise<readonly Result[]> {
  const samples = new Map<string, Sample[]>(contest.contestants.map(({ name }) => [name, []]));
  for (let turn = 0; turn <= contest.runs; turn += 1) {
    for (const contestant of contest.contestants) {
      await contestant.prepare?.();
      const sample = timeOnce(contestant);
      // The first turn only warms caches.
      if (turn > 0) samples.get(contestant.name)?.push(sample);
    }
  }
  const medians = contest.contestants.map(({ name }) => {
    const all = samples.get(name) ?? [];
    const medianMs = median(all.map(({ elapsedMs }) => elapsedMs));
    return { name, medianMs, processorMs: mean(all.map(({ processorMs }) => processorMs)) };
  });
  const floorMs = medians[0]?.medianMs ?? Number.NaN;
  const results = medians.map((each) => ({ ...each, ratio: each.medianMs / floorMs }));
  process.stdout.write(table(contest, results));
  return results;
}

function timeOnce({ name, command, cwd, env }: Contestant): Sample {
  const [program, ...args] = command;
  const usedMs = childrenProcessorMs();
  const startedMs = performance.now();
  const done = spawnSync(program, args, {
    ...(cwd === undefined ? {} : { cwd }),
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
    maxBuffer: 1 << 28,
  });
  const elapsedMs = performance.now() - startedMs;
  const nowMs = childrenProcessorMs();
  if (done.status !== 0) {
    throw new Error(`${name} failed (${done.status ?? done.signal}): ${done.stderr}${done.stdout}`);
  }
  const processorMs = usedMs === undefined || nowMs === undefined ? undefined : nowMs - usedMs;
  return { elapsedMs, processorMs };
}

/** Linux counts in hundredths of a second, so only the mean of many runs says something. */
function childrenProcessorMs(): number | undefined {
  if (process.platform !== "linux") return undefined;
  const stat = readFileSync("/proc/self/stat", "latin1");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[13]) + Number(fields[14])) * 10;
}

function mean(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  if (known.length < values.length || known.length === 0) return undefined;
  return known.reduce((sum, value) => sum + value, 0) / known.length;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
}

function table({ title, runs }: Contest, results: readonly Result[]): string {
  const rows = results.map(({ name, medianMs, ratio, processorMs }) => {
    const processor = processorMs === undefined ? "?" : processorMs.toFixed(0);
    return `| ${name} | ${medianMs.toFixed(1)} | ${ratio.toFixed(2)} x | ${processor} |`;
  });
  const head = [
    `### ${title}`,
    "",
    `| ${runs} runs | ms | ratio | processor, ms |`,
    "|---|---:|---:|---:|",
  ];
  return [...head, ...rows, "", ""].join("\n");
}
