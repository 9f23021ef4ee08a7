/**
 * `npm run test:diff [-- --majors 18,15] [--rows] [--filter TEXT]`: the plan of every case of the diff corpora, in both
 * directions, applied to a database and judged. Prints a table per major; the file named at the end has the details
 * of what did not converge. Fails when a case does that the ledger of known failures does not name, and when one
 * that it names does converge.
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { endpointUrl } from "../src/adapters/scratch/endpoint.ts";
import { type DirectionResult, type Outcome, runCase } from "../test/support/diff_case.ts";
import { expectedRed } from "../test/support/expected_red.ts";
import { stopTestClusters, testCluster } from "../test/support/servers.ts";

const shared = new URL("../../shared/", import.meta.url);
const corpus = fileURLToPath(new URL("corpora/diff", shared));
const oracleFile = fileURLToPath(new URL("oracle/catalog_fingerprint.sql", shared));

interface CaseResult extends DirectionResult {
  readonly major: number;
  /** `set/case`. */
  readonly name: string;
}

const good: ReadonlySet<Outcome> = new Set(["converged", "column order", "unloadable"]);

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      majors: { type: "string", default: "18" },
      rows: { type: "boolean", default: false },
      filter: { type: "string", default: "" },
    },
  });
  if (!existsSync(corpus)) {
    console.log(`skipped: there are no corpora at ${corpus}`);
    return 0;
  }
  const runFolder = mkdtempSync(join(tmpdir(), "lockstep-diff-"));
  process.env["LOCKSTEP_TEST_RUN"] = runFolder;
  process.env["LOCKSTEP_TEST_MAJORS"] = values.majors;
  const results: CaseResult[] = [];
  try {
    for (const major of values.majors.split(",").map(Number)) {
      const found = await runMajor({ major, withRows: values.rows, filter: values.filter });
      print(found);
      results.push(...found);
    }
  } finally {
    await stopTestClusters(runFolder);
  }
  return report(results, values.rows);
}

interface Run {
  readonly major: number;
  readonly withRows: boolean;
  readonly filter: string;
}

/** Two at a time: a case is half waiting for the server. */
async function runMajor({ major, withRows, filter }: Run): Promise<readonly CaseResult[]> {
  const { endpoint, lease } = await testCluster(major);
  const url = endpointUrl(endpoint, "postgres", "tcp");
  const oracle = existsSync(oracleFile) ? readFileSync(oracleFile, "utf8") : undefined;
  const names = readdirSync(corpus)
    .flatMap((set) => readdirSync(join(corpus, set)).map((name) => `${set}/${name}`))
    .filter((name) => name.includes(filter));
  const results: CaseResult[] = [];
  const queue = names.values();
  const worker = async (): Promise<void> => {
    for (const name of queue) {
      const found = await runCase({ url, oracle, withRows }, join(corpus, name));
      results.push(...found.map((result) => ({ ...result, major, name })));
    }
  };
  await Promise.all([worker(), worker(), worker()]);
  await lease?.release();
  return results;
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

function report(results: readonly CaseResult[], withRows: boolean): number {
  const bad = results.filter(({ outcome }) => !good.has(outcome));
  const file = join(tmpdir(), "lockstep-test-diff.json");
  writeFileSync(file, JSON.stringify(bad, null, 1));
  console.log(`details of ${bad.length} that did not converge: ${file}`);
  // Rows decide about some plans, so the ledger speaks of empty tables alone.
  if (withRows) return 0;
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
