/**
 * `npm run soak:diff [-- --pairs 1000] [--from SEED] [--majors 18]`: random pairs of schemas, both ways, with rows.
 * Each seed is a pair for ever: `--from SEED --pairs 1 --print` shows one in full. Fails when a pair does.
 */
import { parseArgs } from "node:util";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { tmpdir } from "node:os";
import { randomPair } from "../test/support/random_pair.ts";
import { type CaseServer, type DirectionResult, runPair } from "../test/support/schema_pair.ts";
import { isGood, withServers } from "./diff-servers.ts";

interface SoakResult extends DirectionResult {
  readonly seed: number;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      pairs: { type: "string", default: "1000" },
      from: { type: "string", default: "1" },
      majors: { type: "string", default: "18" },
      print: { type: "boolean", default: false },
    },
  });
  const first = Number(values.from);
  const seeds = Array.from({ length: Number(values.pairs) }, (_, number) => first + number);
  const bad: (SoakResult & { readonly major: number })[] = [];
  await withServers(values.majors, async (major, server) => {
    const results = await soak({ ...server, withRows: true }, { major, seeds });
    const counts: Record<string, number> = {};
    for (const { outcome } of results) counts[outcome] = (counts[outcome] ?? 0) + 1;
    console.log(`PostgreSQL ${major}:`, counts);
    if (values.print) for (const { sql } of results) console.log(sql);
    bad.push(
      ...results.filter((result) => !isGoodPair(result)).map((each) => ({ ...each, major })),
    );
  });
  const file = join(tmpdir(), "lockstep-soak-diff.json");
  writeFileSync(file, JSON.stringify(bad, null, 1));
  console.log(`details of ${bad.length} that did not converge: ${file}`);
  return bad.length === 0 ? 0 : 1;
}

/** A secret's value is in no catalog: such a plan has to be refused. */
function isGoodPair(result: DirectionResult): boolean {
  return isGood(result) || result.reason === "DIFF.SECRET" || result.reason === "DIFF.INHERITED";
}

interface Soak {
  readonly major: number;
  readonly seeds: readonly number[];
}

async function soak(server: CaseServer, { major, seeds }: Soak): Promise<readonly SoakResult[]> {
  const results: SoakResult[] = [];
  const queue = seeds.values();
  const worker = async (): Promise<void> => {
    for (const seed of queue) {
      const found = await runPair(server, randomPair(seed, major));
      results.push(...found.map((result) => ({ ...result, seed })));
      for (const result of found.filter((each) => !isGoodPair(each))) {
        const { direction, outcome, reason } = result;
        console.log(`${major} seed ${seed} ${direction} ${outcome}: ${reason.slice(0, 200)}`);
      }
      if (seed % 100 === 0) console.log(`seed ${seed}`);
    }
  };
  await Promise.all([worker(), worker()]);
  return results;
}

process.exit(await main());
