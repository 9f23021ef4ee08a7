/**
 * The most memory that a backup and its restore take, and an export, its import and a rebuild: of many rows, of 1,600
 * columns, of rows larger than a chunk, and of one value of 200 MB. It must not grow with any of them: ends with 1 above
 * 200 MB.
 *
 *   npx jiti bench/backup-memory.ts [MEGABYTES] [JOBS]
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { peakMegabytes } from "./support/memory.ts";
import { benchServer } from "./support/server.ts";

const megabytes = Number(process.argv[2] ?? 1000);
const jobs = process.argv[3] ?? "2";
const megabytesMax = 200;

const columns = Array.from({ length: 1600 }, (_unused, position) => `c${position} int`).join(", ");
const values = Array.from({ length: 1600 }, (_unused, position) => `g + ${position}`).join(", ");

const workloads: readonly (readonly [name: string, tables: string, rows: string])[] = [
  [
    `${megabytes} MB of rows`,
    "create table t (id bigint primary key, x text)",
    `insert into t select g, repeat(md5(g::text), 28) from generate_series(1, ${megabytes * 1000}) g`,
  ],
  [
    "4,000 rows of 1,600 columns",
    `create table t (${columns})`,
    `insert into t select ${values} from generate_series(1, 4000) g`,
  ],
  [
    "100 rows of 10 MB",
    "create table t (id bigint primary key, x bytea); alter table t alter x set storage external",
    `insert into t select g, decode(repeat(md5(g::text), 640 * 1024), 'hex') from generate_series(1, 100) g`,
  ],
  [
    "one value of 200 MB",
    "create table t (id int primary key, x bytea); alter table t alter x set storage external",
    "insert into t select 1, decode(repeat('00ff41fe', 50 * 1024 * 1024), 'hex')",
  ],
];

const server = await benchServer();
const folder = await mkdtemp(join(tmpdir(), "lockstep-bench-"));
try {
  for (const [name, tables, rows] of workloads) {
    await server.recreate("source");
    await server.run("source", `${tables}; ${rows}`);
    const peaks = await peaksOf(tables);
    const isAbove = Object.values(peaks).some((peak) => peak > megabytesMax);
    if (isAbove) process.exitCode = 1;
    const told = Object.entries(peaks).map(([what, peak]) => `${what} ${peak} MB`);
    console.log(`${name}: ${told.join(", ")}${isAbove ? `, above ${megabytesMax}` : ""}`);
  }
} finally {
  await rm(folder, { recursive: true, force: true });
  await server.stop();
}

async function peaksOf(tables: string): Promise<Readonly<Record<string, number>>> {
  const [source, target] = [server.url("source"), server.url("target")];
  const quiet = ["--quiet", "--jobs", jobs];
  const [path, rows] = [join(folder, "backup"), join(folder, "rows")];
  const backup = await peakMegabytes(["backup", "--out", path, "--url", source, ...quiet]);
  await server.recreate("target");
  const restore = await peakMegabytes(["restore", path, "--to", target, ...quiet]);
  await rm(path, { recursive: true });
  const exporting = ["data", "export", "--out", rows, "--url", source, "--quiet"];
  const exported = await peakMegabytes(exporting);
  await server.recreate("target");
  await server.run("target", tables);
  const imported = await peakMegabytes(["data", "import", rows, "--url", target, "--quiet"]);
  await rm(rows, { recursive: true });
  await writeFile(join(folder, "init_schema.sql"), `${tables};`);
  await server.run("postgres", "drop database if exists source_rebuild with (force)");
  const rebuilding = ["rebuild", "--no-switch", "--url", source, ...quiet];
  const rebuild = await peakMegabytes(rebuilding, { cwd: folder });
  await server.run("postgres", "drop database source_rebuild with (force)");
  return { backup, restore, export: exported, import: imported, rebuild };
}
