/**
 * `npm run soak:diff [-- --pairs 1000] [--from SEED] [--majors 18] [--of schemas|partitions|inheritance|types|hanging|code]`:
 * random pairs of schemas, of partition trees or of small worlds, both ways, with rows. Each seed is a pair for ever: `--from SEED --pairs 1 --print` shows one in full.
 * Prints a line for what does not converge and one for every hundred pairs; Ctrl-C ends it behind the pairs that are being
 * tried, with the same summary. Fails when a pair does.
 */
import { parseArgs } from "node:util";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { tmpdir } from "node:os";
import { partitionPair } from "../test/support/partition_pair.ts";
import { randomPair } from "../test/support/random_pair.ts";
import { codePair, hangingPair, inheritancePair, typesPair } from "../test/support/world_pair.ts";
import {
  type CaseServer,
  type DirectionResult,
  runPair,
  type SchemaPair,
} from "../test/support/schema_pair.ts";
import { isGood, withServers } from "./diff-servers.ts";

interface SoakResult extends DirectionResult {
  readonly seed: number;
  readonly major: number;
}

type PairOf = (seed: number, major: number) => SchemaPair;

const sorts: Readonly<Record<string, PairOf>> = {
  schemas: randomPair,
  partitions: partitionPair,
  inheritance: inheritancePair,
  types: typesPair,
  hanging: hangingPair,
  code: codePair,
};

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      pairs: { type: "string", default: "1000" },
      from: { type: "string", default: "1" },
      majors: { type: "string", default: "18" },
      of: { type: "string", default: "schemas" },
      print: { type: "boolean", default: false },
    },
  });
  const first = Number(values.from);
  const seeds = Array.from({ length: Number(values.pairs) }, (_, number) => first + number);
  const pairOf = sorts[values.of];
  if (pairOf === undefined) throw new Error(`--of takes ${Object.keys(sorts).join(" or ")}`);
  const end = untilInterrupted();
  const bad: SoakResult[] = [];
  await withServers(values.majors, async (major, server) => {
    if (end.aborted) return;
    const tally = emptyTally();
    await soak({ ...server, withRows: true }, { major, seeds, pairOf, end, tally });
    console.log(`PostgreSQL ${major}: ${summary(tally)}`);
    if (values.print) for (const { sql } of tally.results) console.log(sql);
    bad.push(...tally.results.filter((result) => !isGoodPair(result)));
  });
  const file = join(tmpdir(), "lockstep-soak-diff.json");
  writeFileSync(file, JSON.stringify(bad, null, 1));
  const failing = [...new Set(bad.map(({ major, seed }) => `${major}:${seed}`))];
  if (failing.length > 0) console.log(`seeds: ${failing.join(" ")}`);
  console.log(`details of ${bad.length} that did not converge: ${file}`);
  return bad.length === 0 ? 0 : 1;
}

/** Ctrl-C twice ends it at once. */
function untilInterrupted(): AbortSignal {
  const controller = new AbortController();
  process.once("SIGINT", () => {
    console.log("interrupted: the pairs that are being tried are tried to their end");
    controller.abort();
  });
  return controller.signal;
}

/** A secret's value is in no catalog: such a plan has to be refused. */
function isGoodPair(result: DirectionResult): boolean {
  return isGood(result) || result.reason === "DIFF.SECRET" || result.reason === "DIFF.INHERITED";
}

interface Tally {
  pairs: number;
  readonly counts: Record<string, number>;
  readonly results: SoakResult[];
}

function emptyTally(): Tally {
  return { pairs: 0, counts: {}, results: [] };
}

function summary({ pairs, counts }: Tally): string {
  const each = Object.entries(counts).map(([outcome, count]) => `${outcome} ${count}`);
  return `${pairs} pairs: ${each.join(", ")}`;
}

interface Soak {
  readonly major: number;
  readonly seeds: readonly number[];
  readonly pairOf: PairOf;
  readonly end: AbortSignal;
  readonly tally: Tally;
}

async function soak(server: CaseServer, { major, seeds, pairOf, end, tally }: Soak): Promise<void> {
  const queue = seeds.values();
  const worker = async (): Promise<void> => {
    for (const seed of queue) {
      if (end.aborted) return;
      const found = await runPair(server, pairOf(seed, major)).catch(thrown);
      tally.pairs += 1;
      tally.results.push(...found.map((result) => ({ ...result, seed, major })));
      for (const result of found) {
        const { direction, outcome, reason } = result;
        const sort = outcome === "refused" ? `refused ${reason}` : outcome;
        tally.counts[sort] = (tally.counts[sort] ?? 0) + 1;
        if (isGoodPair(result)) continue;
        console.log(`${major} seed ${seed} ${direction} ${outcome}: ${reason.slice(0, 200)}`);
      }
      if (tally.pairs % 100 === 0) console.log(`${major} at seed ${seed}, ${summary(tally)}`);
    }
  };
  await Promise.all([worker(), worker()]);
}

/** No refusal but a bug: the other pairs are still worth a run. */
function thrown(error: unknown): readonly DirectionResult[] {
  const reason = `thrown: ${String(error)}`;
  const details = error instanceof Error ? [error.stack ?? ""] : [];
  return [{ direction: "forward", outcome: "failed", reason, details, sql: "" }];
}

process.exit(await main());
