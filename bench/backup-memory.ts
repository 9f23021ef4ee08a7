/**
 * The most memory that a backup and its restore take: of many rows, where it must not grow with them (ends with 1 above
 * 200 MB), of 1,600 columns, and of one value of 200 MB, which has to be held as a whole.
 *
 *   npx jiti bench/backup-memory.ts [MEGABYTES] [JOBS]
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { peakMegabytes } from "./support/memory.ts";
import { benchServer } from "./support/server.ts";

const megabytes = Number(process.argv[2] ?? 1000);
const jobs = process.argv[3] ?? "2";
const megabytesMax = 200;

const columns = Array.from({ length: 1600 }, (_unused, position) => `c${position} int`).join(", ");
const values = Array.from({ length: 1600 }, (_unused, position) => `g + ${position}`).join(", ");

const workloads: readonly (readonly [name: string, script: string, isBounded: boolean])[] = [
  [
    `${megabytes} MB of rows`,
    `create table t (id bigint primary key, x text);
    insert into t select g, repeat(md5(g::text), 28) from generate_series(1, ${megabytes * 1000}) g`,
    true,
  ],
  [
    "4,000 rows of 1,600 columns",
    `create table t (${columns}); insert into t select ${values} from generate_series(1, 4000) g`,
    true,
  ],
  [
    "one value of 200 MB",
    `create table t (x bytea); alter table t alter x set storage external;
    insert into t select decode(repeat('00ff41fe', 50 * 1024 * 1024), 'hex')`,
    false,
  ],
];

const server = await benchServer();
const folder = await mkdtemp(join(tmpdir(), "lockstep-bench-"));
try {
  for (const [name, script, isBounded] of workloads) {
    await server.recreate("source");
    await server.run("source", script);
    await server.recreate("target");
    const path = join(folder, "backup");
    const common = ["--jobs", jobs];
    const backup = await peakMegabytes([
      "backup",
      "--out",
      path,
      "--url",
      server.url("source"),
      ...common,
    ]);
    const restore = await peakMegabytes(["restore", path, "--to", server.url("target"), ...common]);
    await rm(path, { recursive: true });
    const isAbove = isBounded && Math.max(backup, restore) > megabytesMax;
    if (isAbove) process.exitCode = 1;
    const verdict = isAbove ? `, above ${megabytesMax}` : "";
    console.log(`${name}: backup ${backup} MB, restore ${restore} MB${verdict}`);
  }
} finally {
  await rm(folder, { recursive: true, force: true });
  await server.stop();
}
