/**
 * Reading and fingerprinting a catalog at 100, 1,000 and 10,000 tables beside `pg_dump --schema-only` of the same
 * database and beside the same queries sent by bare `pg`. `npm run bench:catalog`, or with sizes as arguments.
 */
import { spawnSync } from "node:child_process";
import { performance } from "node:perf_hooks";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { readCatalog } from "../src/adapters/postgres/catalog/read.ts";
import { postgresDatabase } from "../src/adapters/postgres/connect.ts";
import { resolveTarget } from "../src/adapters/postgres/settings.ts";
import { fingerprint } from "../src/catalog/fingerprint.ts";
import { timeBare } from "./support/bare.ts";
import { median } from "./support/measure.ts";
import { benchServer } from "./support/server.ts";
import { schemaScripts } from "./support/tables.ts";

setFlagsFromString("--expose_gc");
/** node:vm types its result as any. */
const collectGarbage = runInNewContext("gc") as () => void;

const given = process.argv.slice(2).map(Number).filter(Number.isInteger);
const sizes = given.length > 0 ? given : [100, 1_000, 10_000];
const clientMajor = Number(
  /\) (\d+)/.exec(spawnSync("pg_dump", ["--version"], { encoding: "utf8" }).stdout ?? "")?.[1] ?? 0,
);
// pg_dump reads no server that is newer than itself.
const major = clientMajor >= 18 || clientMajor === 0 ? 18 : 14;
const server = await benchServer(major, { max_locks_per_transaction: "2048" });

process.stdout.write(
  `node ${process.version}, PostgreSQL ${major}, pg_dump ${clientMajor || "absent"}\n\n`,
);
process.stdout.write(
  "| tables | facts | pg_dump -s, ms | read, ms | fingerprint, ms | both / pg_dump | bare queries, ms | read / bare | bytes per fact | peak RSS, MB |\n",
);
process.stdout.write("|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n");
try {
  for (const size of sizes) process.stdout.write(await measure(size));
} finally {
  await server.stop();
}

async function measure(tables: number): Promise<string> {
  const name = `tables_${tables}`;
  await server.recreate(name);
  for (const script of schemaScripts(tables)) await server.run(name, script);
  await server.run(name, "vacuum analyze");
  const url = server.url(name);
  const session = await postgresDatabase(resolveTarget({ url, environment: {} })).connect();
  const runs = tables >= 10_000 ? 3 : 7;
  const times = { dump: [], read: [], hash: [], bare: [] } as Readonly<
    Record<"dump" | "read" | "hash" | "bare", number[]>
  >;
  let facts = 0;
  for (let run = 0; run <= runs; run += 1) {
    const dump = clientMajor === 0 ? Number.NaN : timeDump(url);
    const startedMs = performance.now();
    const catalog = await readCatalog(session);
    const readMs = performance.now();
    fingerprint(catalog);
    const hashedMs = performance.now();
    const bare = await timeBare(url, session);
    facts = catalog.facts.size;
    if (run === 0) continue;
    times.dump.push(dump);
    times.read.push(readMs - startedMs);
    times.hash.push(hashedMs - readMs);
    times.bare.push(bare);
  }
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  const kept = await readCatalog(session);
  collectGarbage();
  const bytes = (process.memoryUsage().heapUsed - before) / kept.facts.size;
  await session.close();
  const [dump, read, hash, bare] = [times.dump, times.read, times.hash, times.bare].map(median);
  const both = ((read ?? 0) + (hash ?? 0)) / (dump ?? Number.NaN);
  const cells = [
    tables,
    facts,
    dump?.toFixed(0),
    read?.toFixed(0),
    hash?.toFixed(0),
    `${both.toFixed(2)} x`,
    bare?.toFixed(0),
    `${((read ?? 0) / (bare ?? Number.NaN)).toFixed(2)} x`,
    bytes.toFixed(0),
    (process.resourceUsage().maxRSS / 1024).toFixed(0),
  ];
  return `| ${cells.join(" | ")} |\n`;
}

function timeDump(url: string): number {
  const startedMs = performance.now();
  const done = spawnSync("pg_dump", ["--schema-only", url], { maxBuffer: 1 << 30 });
  if (done.status !== 0) throw new Error(`pg_dump failed: ${done.stderr.toString()}`);
  return performance.now() - startedMs;
}
