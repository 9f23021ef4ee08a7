/**
 * `npm run test:diff [-- --majors 18,15] [--rows] [--order] [--filter TEXT] [--every N [--at K]] [--corpus FOLDER] [--out FILE]`:
 * the plan of every case of the diff corpora, in both directions, applied to a database and judged. A corpus is a folder
 * `<set>/<case>` with `before.sql` and `after.sql`, each a complete schema, and perhaps `cluster.sql` with roles. Prints a
 * table per major; the file named at the end has the details of what did not converge. Fails when a case does that the
 * ledger of known failures does not name, and when one that it names does converge.
 */
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { runCase } from "../test/support/diff_case.ts";
import type { CaseServer, DirectionResult } from "../test/support/schema_pair.ts";
import { expectedRed } from "../test/support/expected_red.ts";
import { isGood, withServers } from "./diff-servers.ts";

const sharedCorpus = fileURLToPath(new URL("../../shared/corpora/diff", import.meta.url));

interface CaseResult extends DirectionResult {
  readonly major: number;
  /** `set/case`. */
  readonly name: string;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      majors: { type: "string", default: "18" },
      rows: { type: "boolean", default: false },
      filter: { type: "string", default: "" },
      every: { type: "string", default: "1" },
      at: { type: "string", default: "0" },
      order: { type: "boolean", default: false },
      corpus: { type: "string", default: sharedCorpus },
      out: { type: "string", default: join(tmpdir(), "lockstep-test-diff.json") },
    },
  });
  const { corpus } = values;
  if (!existsSync(corpus)) {
    console.log(`skipped: there are no corpora at ${corpus}`);
    return 0;
  }
  const results: CaseResult[] = [];
  await withServers(values.majors, async (major, server) => {
    const { filter } = values;
    const found = await runMajor(
      { ...server, withRows: values.rows, columnOrder: values.order ? "rebuild" : "keep" },
      { major, corpus, filter, every: Number(values.every), at: Number(values.at) },
    );
    print(found);
    results.push(...found);
  });
  return report(results, { withRows: values.rows, file: values.out });
}

interface Run {
  readonly major: number;
  readonly corpus: string;
  readonly filter: string;
  /** Every how manyth case: a sample. */
  readonly every: number;
  /** The first of them: samples of 0 to `every` - 1 are all of the cases. */
  readonly at: number;
}

/** Three at a time: a case is half waiting for the server. */
async function runMajor(
  server: CaseServer,
  { major, corpus, filter, every, at }: Run,
): Promise<readonly CaseResult[]> {
  const names = readdirSync(corpus)
    .flatMap((set) => readdirSync(join(corpus, set)).map((name) => `${set}/${name}`))
    .filter((name) => name.includes(filter))
    .filter((_name, position) => position % every === at);
  const results: CaseResult[] = [];
  const queue = names.values();
  const worker = async (): Promise<void> => {
    for (const name of queue) {
      const found = await runCase(server, join(corpus, name)).catch(thrown);
      results.push(...found.map((result) => ({ ...result, major, name })));
      for (const { direction, outcome, reason } of found) {
        if (outcome === "converged") continue;
        process.stderr.write(`${major} ${name} ${direction} ${outcome}: ${reason.slice(0, 200)}\n`);
      }
    }
  };
  await Promise.all([worker(), worker(), worker()]);
  return results;
}

/** What is thrown here is no refusal but a bug, of the planner or of the test: the other cases are still worth a run. */
function thrown(error: unknown): readonly DirectionResult[] {
  const reason = `thrown: ${String(error)}`;
  const details = error instanceof Error ? [error.stack ?? ""] : [];
  return (["forward", "backward"] as const).map((direction) => ({
    direction,
    outcome: "failed",
    reason,
    details,
    sql: "",
  }));
}

interface ReportOptions {
  readonly withRows: boolean;
  /** Where the details go. */
  readonly file: string;
}

function print(results: readonly CaseResult[]): void {
  const table: Record<string, Record<string, number>> = {};
  for (const { major, name, outcome, reason } of results) {
    const column = outcome === "refused" ? `refused ${reason}` : outcome;
    for (const row of [`${major} ${name.split("/")[0] ?? ""}`, `${major} all`]) {
      const counts = (table[row] ??= {});
      counts[column] = (counts[column] ?? 0) + 1;
    }
  }
  console.table(table);
}

function report(results: readonly CaseResult[], { withRows, file }: ReportOptions): number {
  const bad = results.filter((result) => !isGood(result));
  const short = results.filter(({ outcome }) => outcome !== "converged" && outcome !== "checked");
  writeFileSync(file, JSON.stringify([...bad, ...short.filter(isGood)], null, 1));
  const loaded = results.filter(({ outcome }) => outcome !== "unloadable").length;
  const share = ((100 * (results.length - short.length)) / Math.max(1, loaded)).toFixed(2);
  console.log(`${share} % of ${loaded} loadable directions strictly converged`);
  const checked = results.filter(({ outcome }) => outcome === "checked").length;
  if (withRows) console.log(`${checked} of these once the rows were gone that a check had named`);
  console.log(
    `details of ${bad.length} that failed and ${short.length - bad.length} others: ${file}`,
  );
  // Rows decide about some plans, so the ledger speaks of empty tables alone.
  if (withRows) {
    return bad.some(({ outcome }) => outcome === "wrong" || outcome === "failed") ? 1 : 0;
  }
  const key = ({ major, name, direction }: CaseResult): string => `${major} ${name} ${direction}`;
  const red = new Set(bad.map(key));
  const unexpected = bad.filter((result) => expectedRed[key(result)] === undefined).map(key);
  const green = results
    .map(key)
    .filter((name) => expectedRed[name] !== undefined && !red.has(name));
  for (const name of unexpected) console.log(`new failure: ${name}`);
  for (const name of green) console.log(`in the ledger of known failures, and converges: ${name}`);
  return unexpected.length + green.length > 0 ? 1 : 0;
}

process.exit(await main());
