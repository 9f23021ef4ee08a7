/**
 * `npm run bench:diff [-- SIZES]`: two equal databases, and two that are 20 changes apart, beside `pg_dump -s` of both
 * and other tools from npm. What planning costs beside the two reads is measured inside of this process, the rest as
 * whole commands with their peak memory. Prints Markdown tables that docs/benchmarks.md can hold as they are.
 */
import { spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { fileURLToPath } from "node:url";
import { readCatalog } from "../src/adapters/postgres/catalog/read.ts";
import { postgresDatabase } from "../src/adapters/postgres/connect.ts";
import { resolveTarget } from "../src/adapters/postgres/settings.ts";
import type { Catalog } from "../src/catalog/fact.ts";
import { shareParts, type SharedParts } from "../src/catalog/shared_parts.ts";
import { emptyCatalog } from "../src/plan/empty_catalog.ts";
import { planSchema, type SchemaPlan } from "../src/plan/schema_plan.ts";
import { diffTools, type DiffTool } from "./support/diff_tools.ts";
import { median } from "./support/measure.ts";
import { benchServer } from "./support/server.ts";
import { schemaScripts, tableName } from "./support/tables.ts";

const given = process.argv.slice(2).map(Number).filter(Number.isInteger);
const sizes = given.length > 0 ? given : [100, 1_000, 10_000];
const program = fileURLToPath(new URL("../bin/lockstep.cjs", import.meta.url));
/** A tool that has not come to an end by then is left out. */
const patienceMs = 180_000;

const clientMajor = Number(
  /\) (\d+)/.exec(spawnSync("pg_dump", ["--version"], { encoding: "utf8" }).stdout ?? "")?.[1] ?? 0,
);
// pg_dump reads no server that is newer than itself.
const major = clientMajor >= 18 || clientMajor === 0 ? 18 : 14;
const server = await benchServer(major, { max_locks_per_transaction: "2048" });
const peers = diffTools();
try {
  for (const size of sizes) {
    await prepare(size);
    await planning(size);
    await commands(size);
  }
} finally {
  await server.stop();
}

async function prepare(tables: number): Promise<void> {
  await server.recreate("one");
  for (const script of schemaScripts(tables)) await server.run("one", script);
  await server.run("one", "vacuum analyze");
  for (const name of ["same", "changed"]) {
    await server.run("postgres", `drop database if exists ${name} with (force)`);
    await server.run("postgres", `create database ${name} template one`);
  }
  await server.run("changed", twentyChanges(tables).join(";\n"));
  for (const name of ["same", "changed"]) await server.run(name, "vacuum analyze");
}

/** Spread over the tables, of the kinds that people make. */
function twentyChanges(tables: number): readonly string[] {
  const name = (n: number): string => tableName(Math.floor((n * tables) / 20));
  return [
    ...[0, 1, 2, 3, 4].map((n) => `alter table ${name(n)} add column added text default 'x'`),
    ...[5, 6, 7].map((n) => `alter table ${name(n)} alter column description set not null`),
    ...[8, 9].map((n) => `alter table ${name(n)} alter column valid_from type timestamp`),
    ...[10, 11, 12].map((n) => `create index ${name(n)}_amount on ${name(n)} (amount)`),
    ...[13, 14].map((n) => `drop index ${name(n)}_name`),
    `alter table ${name(15)} add constraint positive check (amount >= 0)`,
    `comment on table ${name(16)} is 'changed'`,
    `create table added (id int primary key)`,
    `create or replace view ${tableName(0)}_view as select id, name, amount * quantity as value from ${tableName(0)} where not active`,
    `grant update on ${name(17)} to pg_monitor`,
  ];
}

/** The two are read as the command reads them, but one after the other, so that each has its time. */
async function planning(tables: number): Promise<void> {
  const read = async (name: string, shared?: SharedParts): Promise<Timed<Catalog>> => {
    const session = await postgresDatabase(
      resolveTarget({ url: server.url(name), environment: {} }),
    ).connect();
    await readCatalog(session);
    const timed = await time(() => readCatalog(session, {}, { shared }));
    await session.close();
    return timed;
  };
  const readBoth = async (name: string): Promise<readonly [Timed<Catalog>, Timed<Catalog>]> => {
    const shared = shareParts();
    return [await read("one", shared), await read(name, shared)];
  };
  const [one, same] = await readBoth("same");
  const [other, changed] = await readBoth("changed");
  const runs = tables >= 10_000 ? 3 : 7;
  const rows = [
    ["equal", one.value, same.value, one.ms + same.ms],
    ["20 changes", other.value, changed.value, other.ms + changed.ms],
    ["from empty", emptyCatalog(major), one.value, one.ms],
  ] as const;
  process.stdout.write(
    `\n| ${tables} tables | reads, ms | plan, ms | plan / reads | first plan, ms | steps |\n`,
  );
  process.stdout.write("|---|---:|---:|---:|---:|---:|\n");
  for (const [label, from, to, readsMs] of rows) {
    const times: number[] = [];
    let firstMs = 0;
    let steps = 0;
    for (let run = 0; run <= runs; run += 1) {
      // Catalogs that were never planned with: what is remembered of one is part of what a plan costs.
      const plan = (): SchemaPlan => planSchema({ ...from }, { ...to });
      const { ms, value } = await time(() => Promise.resolve(plan()));
      if (run > 0) times.push(ms);
      else firstMs = ms;
      steps = value.segments.reduce((sum, segment) => sum + segment.steps.length, 0);
    }
    const ms = median(times);
    const share = `${((100 * ms) / readsMs).toFixed(1)} %`;
    const cells = [label, readsMs.toFixed(0), ms.toFixed(1), share, firstMs.toFixed(1), steps];
    process.stdout.write(`| ${cells.join(" | ")} |\n`);
  }
}

interface Timed<T> {
  readonly value: T;
  readonly ms: number;
}

async function time<T>(work: () => Promise<T>): Promise<Timed<T>> {
  const startedMs = performance.now();
  const value = await work();
  return { value, ms: performance.now() - startedMs };
}

async function commands(tables: number): Promise<void> {
  const lockstep: DiffTool = {
    name: "lockstep diff --no-prove",
    command: (from, to) => [
      process.execPath,
      ...[
        program,
        "diff",
        "--from",
        from,
        "--to",
        to,
        "--sql",
        "--no-prove",
        "--allow-drop",
        "all",
      ],
    ],
  };
  const dump: DiffTool = { name: "pg_dump -s", command: (from) => ["pg_dump", "-s", from] };
  process.stdout.write(
    `\n| ${tables} tables | equal, ms | 20 changes, ms | x pg_dump -s | peak memory, MB |\n`,
  );
  process.stdout.write("|---|---:|---:|---:|---:|\n");
  let floorMs = Number.NaN;
  for (const tool of [dump, lockstep, ...peers]) {
    const equal = await measure(tool, "same", tables);
    const changed = await measure(tool, "changed", tables);
    if (tool === dump) floorMs = equal.ms;
    const problem = equal.problem ?? changed.problem;
    const cells =
      problem === undefined
        ? [
            equal.ms.toFixed(0),
            changed.ms.toFixed(0),
            `${(changed.ms / floorMs).toFixed(2)} x`,
            Math.max(equal.peakMb, changed.peakMb).toFixed(0),
          ]
        : [`did not run: ${problem}`, "", "", ""];
    process.stdout.write(`| ${[tool.name, ...cells].join(" | ")} |\n`);
  }
}

interface Measured {
  readonly ms: number;
  readonly peakMb: number;
  readonly problem?: string;
}

async function measure(tool: DiffTool, other: string, tables: number): Promise<Measured> {
  const runs = tables >= 10_000 ? 1 : 3;
  const found: Measured[] = [];
  // The first turn warms caches.
  for (let run = 0; run <= runs; run += 1) {
    const one = await runOnce(tool, other);
    if (one.problem !== undefined) return one;
    if (run > 0) found.push(one);
  }
  return {
    ms: median(found.map(({ ms }) => ms)),
    peakMb: Math.max(...found.map(({ peakMb }) => peakMb)),
  };
}

async function runOnce(tool: DiffTool, other: string): Promise<Measured> {
  const [command, ...args] = tool.command(server.url("one"), server.url(other));
  const startedMs = performance.now();
  const child = spawn(command, args, {
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, ...tool.env },
  });
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => (said = (said + chunk.toString()).slice(-2_000)));
  let peakMb = 0;
  const watch = setInterval(() => (peakMb = Math.max(peakMb, memoryOf(child.pid ?? 0))), 20);
  const patience = setTimeout(() => child.kill("SIGKILL"), patienceMs);
  const code = await new Promise<number | string>((resolve) => {
    child.on("error", (error) => resolve(error.message));
    child.on("close", (status, signal) => resolve(status ?? signal ?? "ended"));
  });
  clearInterval(watch);
  clearTimeout(patience);
  const ms = performance.now() - startedMs;
  const isGood = code === 0 || tool.goodCodes?.includes(code) === true;
  if (isGood) return { ms, peakMb };
  const problem =
    code === "SIGKILL"
      ? `not done after ${patienceMs / 1_000} s`
      : (said.trim().split("\n")[0] ?? "");
  return { ms, peakMb, problem: problem === "" ? String(code) : problem.slice(0, 120) };
}

/** The process's own high-water mark; nothing where there is no /proc. */
function memoryOf(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}
