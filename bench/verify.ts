/**
 * `lockstep verify` of an unchanged database of 1,000 tables, as a command of its own from start to end, beside the
 * catalog's queries sent by bare `pg`. `npx jiti bench/verify.ts`, with another number of tables as an argument.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { fileURLToPath } from "node:url";
import { postgresDatabase } from "../src/adapters/postgres/connect.ts";
import { resolveTarget } from "../src/adapters/postgres/settings.ts";
import { timeBare } from "./support/bare.ts";
import { median } from "./support/measure.ts";
import { benchServer } from "./support/server.ts";
import { schemaScripts } from "./support/tables.ts";

const runs = 7;
const tables = Number(process.argv[2] ?? 1_000);
const program = fileURLToPath(new URL("../bin/lockstep.cjs", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "lockstep-bench-verify-"));
const server = await benchServer(18, { max_locks_per_transaction: "2048" });
try {
  mkdirSync(join(folder, "migrations"));
  writeFileSync(join(folder, "migrations", "001_all.sql"), [...schemaScripts(tables)].join(";\n"));
  await server.recreate("verified");
  const url = server.url("verified");
  lockstep(url, "test", "--write", "--major", "18");
  lockstep(url, "deploy");
  await server.run("verified", "vacuum analyze");
  const session = await postgresDatabase(resolveTarget({ url, environment: {} })).connect();
  const times = { verify: [] as number[], bare: [] as number[] };
  for (let run = 0; run <= runs; run += 1) {
    const startedMs = performance.now();
    lockstep(url, "verify");
    const verifiedMs = performance.now() - startedMs;
    const bareMs = await timeBare(url, session);
    if (run === 0) continue;
    times.verify.push(verifiedMs);
    times.bare.push(bareMs);
  }
  await session.close();
  const [verify = Number.NaN, bare = Number.NaN] = [times.verify, times.bare].map(median);
  process.stdout.write(
    "| tables | verify, ms | bare queries, ms | verify / bare |\n|---:|---:|---:|---:|\n",
  );
  process.stdout.write(
    `| ${tables} | ${verify.toFixed(0)} | ${bare.toFixed(0)} | ${(verify / bare).toFixed(2)} x |\n`,
  );
} finally {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}

function lockstep(url: string, ...words: readonly string[]): void {
  const env = { ...process.env, DATABASE_URL: url };
  const done = spawnSync(process.execPath, [program, ...words], {
    cwd: folder,
    encoding: "utf8",
    env,
  });
  if (done.status === 0) return;
  throw new Error(`lockstep ${words[0] ?? ""} ended with ${done.status}: ${done.stderr}`);
}
