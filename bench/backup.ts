/**
 * Backup and restore beside pg_dump and pg_restore in directory format, on one database, with two connections each;
 * and the compressions that every Node has, on real rows. Needs PostgreSQL's clients of major 14 or later on PATH.
 *
 *   npx jiti bench/backup.ts [MEGABYTES] [RUNS] [compressions,backup,restore,pipes,memory]
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import zlib from "node:zlib";
import { postgresDatabase } from "../src/adapters/postgres/connect.ts";
import { resolveTarget } from "../src/adapters/postgres/settings.ts";
import { hold } from "./support/measure.ts";
import { peakMegabytes } from "./support/memory.ts";
import { benchServer } from "./support/server.ts";

const megabytes = Number(process.argv[2] ?? 1000);
const runs = Number(process.argv[3] ?? 3);
const parts = (process.argv[4] ?? "compressions,backup,restore,pipes,memory").split(",");
const lockstep = join(import.meta.dirname, "..", "bin", "lockstep.cjs");

const bareTables = `
  create table customer (id bigint, name text, email text, joined timestamptz);
  create table orders (id bigint, customer bigint, total numeric(12, 2), state text, placed timestamptz, note text, token uuid);
  create table event (id bigint, orders bigint, kind text, detail jsonb)`;

const server = await benchServer(14, { shared_buffers: "1GB", maintenance_work_mem: "256MB" });
const folder = await mkdtemp(join(tmpdir(), "lockstep-bench-"));
const [dumped, ours] = [join(folder, "dump"), join(folder, "backup")];
const remove = (path: string): Promise<void> => rm(path, { recursive: true, force: true });
try {
  await server.recreate("source");
  await server.run("source", data(megabytes));
  if (parts.includes("compressions")) await compressions();
  if (parts.includes("backup")) await backups();
  if (parts.includes("restore")) await restores();
  if (parts.includes("pipes")) await pipes();
  if (parts.includes("memory")) await memory();
} finally {
  await rm(folder, { recursive: true, force: true });
  await server.stop();
}

/** Two large tables and a small one, with keys, indexes and a foreign key: about so many megabytes of heap. */
function data(size: number): string {
  const rows = Math.round(size * 3_500);
  return `
    create table customer (id bigint primary key, name text not null, email text unique, joined timestamptz);
    create table orders (id bigint primary key, customer bigint not null references customer, total numeric(12, 2),
      state text, placed timestamptz, note text, token uuid);
    create table event (id bigint generated always as identity primary key, orders bigint, kind text, detail jsonb);
    insert into customer select g, 'Customer number ' || g, 'c' || g || '@example.org', now() - g * interval '1 min'
      from generate_series(1, ${Math.round(rows / 20)}) g;
    insert into orders select g, 1 + g % ${Math.round(rows / 20)}, random() * 10000,
      (array['new', 'paid', 'shipped', 'returned'])[1 + g % 4], now() - random() * interval '900 days',
      repeat('note on order ' || g || ', ', 1 + g % 8), gen_random_uuid() from generate_series(1, ${rows}) g;
    insert into event (orders, kind, detail) select g, 'changed', jsonb_build_object('by', 'user' || g % 97, 'at', g,
      'hash', md5(g::text)) from generate_series(1, ${rows}) g;
    create index on orders (customer); create index on orders (placed); create index on event (orders);
    analyze`;
}

/** One thread, rows as COPY sends them in binary. */
async function compressions(): Promise<void> {
  const raw = await sample(64_000_000);
  const { constants } = zlib;
  const atQuality = (quality: number) => (bytes: Buffer) =>
    zlib.brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: quality } });
  const ways = [
    ["deflate 1", (b: Buffer) => zlib.deflateRawSync(b, { level: 1 }), zlib.inflateRawSync],
    ["deflate 6", (b: Buffer) => zlib.deflateRawSync(b, { level: 6 }), zlib.inflateRawSync],
    ["brotli 0", atQuality(0), zlib.brotliDecompressSync],
    ["brotli 1", atQuality(1), zlib.brotliDecompressSync],
    ["brotli 2", atQuality(2), zlib.brotliDecompressSync],
    ["brotli 4", atQuality(4), zlib.brotliDecompressSync],
  ] as const;
  process.stdout.write(
    "### Compression of rows, MB per second of one processor\n\n| | size | there | back |\n|---|---:|---:|---:|\n",
  );
  // Time of the processor, so that others who use it do not count.
  const rate = (work: () => void): string => {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    return (raw.length / (user + system)).toFixed(0);
  };
  for (const [name, compress, expand] of ways) {
    let small = raw;
    const there = rate(() => {
      small = compress(raw);
    });
    const back = rate(() => {
      expand(small);
    });
    const share = `${((100 * small.length) / raw.length).toFixed(1)} %`;
    process.stdout.write(`| ${name} | ${share} | ${there} | ${back} |\n`);
  }
  process.stdout.write("\n");
}

async function sample(bytesMax: number): Promise<Buffer> {
  const target = resolveTarget({ url: server.url("source"), environment: {} });
  const session = await postgresDatabase(target).connect();
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of session.copyOut("copy orders to stdout (format binary)")) {
    pieces.push(piece);
    bytes += piece.length;
    if (bytes >= bytesMax) break;
  }
  await session.close();
  return Buffer.concat(pieces);
}

async function backups(): Promise<void> {
  const raw = "copy orders to stdout (format binary)";
  const source = server.url("source");
  await hold({
    title: `Backup of ${megabytes} MB, two connections`,
    runs,
    contestants: [
      {
        name: "pg_dump -Fd -j2",
        command: ["pg_dump", "-Fd", "-j2", "-f", dumped, source],
        prepare: () => remove(dumped),
      },
      {
        name: "lockstep backup --jobs 2",
        command: [process.execPath, lockstep, ...takeOurs(), "--jobs", "2"],
        prepare: () => remove(ours),
      },
      {
        name: "raw COPY of the largest table to nowhere",
        command: ["sh", "-c", `psql -qc '${raw}' '${source}' > /dev/null`],
      },
    ],
  });
}

function takeOurs(): readonly string[] {
  return ["backup", "--out", ours, "--url", server.url("source"), "--quiet"];
}

/** Of what the backups left, or of what is made for it. */
async function restores(): Promise<void> {
  if (!existsSync(dumped)) run("pg_dump", ["-Fd", "-j2", "-f", dumped, server.url("source")]);
  if (!existsSync(ours)) run(process.execPath, [lockstep, ...takeOurs()]);
  const target = server.url("target");
  await hold({
    title: `Restore of ${megabytes} MB, two connections`,
    runs,
    contestants: [
      {
        name: "pg_restore -j2",
        command: ["pg_restore", "-j2", "-d", target, dumped],
        prepare: () => server.recreate("target"),
      },
      {
        name: "lockstep restore --jobs 2",
        command: [
          process.execPath,
          lockstep,
          "restore",
          ours,
          "--to",
          target,
          "--jobs",
          "2",
          "--quiet",
        ],
        prepare: () => server.recreate("target"),
      },
    ],
  });
}

/** From one database into another by a pipe: what there is without files between. */
async function pipes(): Promise<void> {
  const [source, target] = [server.url("source"), server.url("target")];
  const copy = (table: string): string =>
    `psql -qc 'copy ${table} to stdout (format binary)' '${source}' | psql -qc 'copy ${table} from stdin (format binary)' '${target}'`;
  await hold({
    title: `${megabytes} MB from server to server`,
    runs,
    contestants: [
      {
        name: "raw COPY | COPY in binary, one stream, no indexes",
        command: ["sh", "-c", ["customer", "orders", "event"].map(copy).join("; ")],
        prepare: async () => {
          await server.recreate("target");
          await server.run("target", bareTables);
        },
      },
      {
        name: "pg_dump | psql",
        command: ["sh", "-c", `pg_dump '${source}' | psql -q '${target}' > /dev/null`],
        prepare: () => server.recreate("target"),
      },
    ],
  });
}

/** What the process held at most, as Linux counts it. */
async function memory(): Promise<void> {
  const ours = join(folder, "measured");
  const source = server.url("source");
  const taken = await peakMegabytes(["backup", "--out", ours, "--url", source, "--quiet"]);
  await server.recreate("target");
  const restored = await peakMegabytes(["restore", ours, "--to", server.url("target"), "--quiet"]);
  process.stdout.write(`Most memory: backup ${taken} MB, restore ${restored} MB.\n`);
}

function run(program: string, args: readonly string[]): void {
  const { status } = spawnSync(program, args, { stdio: ["ignore", "ignore", "inherit"] });
  if (status !== 0) throw new Error(`${program} ended with ${status}`);
}
