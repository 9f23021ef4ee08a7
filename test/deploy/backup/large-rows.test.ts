/** Rows that are larger than a chunk: cut over several, and never held by lockstep as a whole. */
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Manifest } from "../../../src/backup/manifest.ts";
import { compressionNamed } from "../../../src/adapters/store/compressions.ts";
import { secret } from "../../../src/core/secret.ts";
import { readMaskRules } from "../../../src/data/mask/rules.ts";
import { openBackup } from "../../../src/deploy/steps/restore/backup-file.ts";
import { restoreInto } from "../../../src/deploy/steps/restore/restore-into.ts";
import {
  asDatabase,
  backupPorts,
  contentOf,
  restoreBackup,
  takeBackup,
} from "../../support/backup.ts";
import { testDatabase, type TestDatabase } from "../../support/database.ts";
import { temporaryFolder } from "../../support/folders.ts";
import { runLockstep } from "../../support/lockstep.ts";
import { testMajors } from "../../support/servers.ts";

/** Large and small rows in turns, in both forms: a regclass makes a table go as text. */
async function largeRows(major?: number): Promise<TestDatabase> {
  const database = await testDatabase(major);
  await database.run(`
    create table b (id int primary key, x bytea, y text);
    alter table b alter x set storage external;
    create table t (id int primary key, at regclass, x text, y xml);
    insert into b select g, decode(repeat(md5(g::text), case when g % 3 = 0 then 300000 else 20 end), 'hex'),
      repeat('y', case when g % 4 = 0 then 5000000 else 3 end) from generate_series(1, 12) g;
    insert into t select g, 'b', repeat(E'line\\n\\t', case when g % 2 = 0 then 1500000 else 1 end), '<a/>'
      from generate_series(1, 4) g;
  `);
  return database;
}

const chunkBytesMax = 4.25 * 1024 * 1024;
const key = { kind: "none" } as const;

async function manifestOf(path: string): Promise<Manifest> {
  const { store } = backupPorts(path);
  return (await openBackup({ store, compression: compressionNamed(), key })).manifest;
}

test.each(testMajors)(
  "rows larger than a chunk come back whole on PostgreSQL %i, and no file holds more than a chunk",
  { timeout: 60_000 },
  async (major) => {
    const source = await largeRows(major);
    const { path, rows } = await takeBackup(source);
    expect(rows).toBe(16);
    expect(readFileSync(join(path, "manifest"), "latin1")).toMatch(/^lockstep-backup 2\n/);
    const { tables } = await manifestOf(path);
    const chunks = tables.flatMap((table) => table.chunks);
    expect(Math.max(...chunks.map(({ rawBytes }) => rawBytes))).toBeLessThanOrEqual(chunkBytesMax);
    for (const table of tables) {
      expect(table.chunks.some(({ continued }) => continued === true)).toBe(true);
      expect(table.chunks.at(-1)?.continued).toBeUndefined();
    }
    const target = await testDatabase(major);
    await restoreBackup(path, target);
    expect(await contentOf(target)).toEqual(await contentOf(source));
  },
);

test("a backup whose rows fit into chunks is of the first format, which older releases read", async () => {
  const source = await testDatabase();
  await source.run(
    "create table t as select g, repeat(md5(g::text), 40000) from generate_series(1, 9) g",
  );
  const { path } = await takeBackup(source);
  expect(readFileSync(join(path, "manifest"), "latin1")).toMatch(/^lockstep-backup 1\n/);
  const target = await testDatabase();
  await restoreBackup(path, target);
  expect(await contentOf(target)).toEqual(await contentOf(source));
});

test(
  "large rows are verified, damage in the middle of one is named, and the key is needed",
  { timeout: 60_000 },
  async () => {
    const source = await largeRows();
    const folder = await temporaryFolder();
    const env = { DATABASE_URL: source.url, LOCKSTEP_BACKUP_KEY: randomBytes(32).toString("hex") };
    const taken = await runLockstep(["backup", "--out", "b"], { cwd: folder, env });
    expect(taken.exitCode, taken.stderr).toBe(0);
    for (const more of [[], ["--quick"]]) {
      const run = await runLockstep(["backup", "verify", "b", ...more, "--json"], {
        ...{ cwd: folder, env },
      });
      expect(run.exitCode, run.stdout).toBe(0);
    }
    const target = await testDatabase();
    const { path } = await takeBackup(source);
    const { tables } = await manifestOf(path);
    const [, middle] = tables.flatMap(({ chunks }) => chunks.filter((chunk) => chunk.continued));
    const file = join(path, middle?.name ?? "");
    const bytes = await readFile(file);
    bytes[9] = (bytes[9] ?? 0) ^ 1;
    await writeFile(file, bytes);
    await expect(restoreBackup(path, target)).rejects.toMatchObject({
      code: "BACKUP.DAMAGED",
      message: expect.stringContaining(middle?.name ?? "?") as unknown,
    });
    // What was cut off goes on with the file mended.
    bytes[9] = (bytes[9] ?? 0) ^ 1;
    await writeFile(file, bytes);
    expect(await restoreBackup(path, target)).toMatchObject({ resumed: true });
    expect(await contentOf(target)).toEqual(await contentOf(source));
  },
);

test(
  "single tables, a masked restore and a file of SQL take large rows as well",
  { timeout: 60_000 },
  async () => {
    const source = await largeRows();
    const before = await contentOf(source);
    const folder = await temporaryFolder();
    const env = { DATABASE_URL: source.url };
    const lockstep = async (args: readonly string[]): Promise<void> => {
      const run = await runLockstep(args, { cwd: folder, env });
      expect(run.exitCode, run.stderr).toBe(0);
    };
    await lockstep(["backup", "--out", "b"]);
    await lockstep(["backup", "--format", "sql", "--out", "all.sql"]);
    await source.run("delete from b where id = 3; update t set x = 'gone' where id = 2");
    await lockstep(["restore", "b", "--tables", "b,t", "--yes"]);
    expect(await contentOf(source)).toEqual(before);
    const masked = await testDatabase();
    const { store } = backupPorts(join(folder, "b"));
    const opened = await openBackup({ store, compression: compressionNamed(), key });
    const rules = readMaskRules({ columns: { "b.y": { value: "hidden" } } }, "mask.json");
    const mask = { rules, key: secret("k") };
    const database = asDatabase(masked);
    await restoreInto(backupPorts(join(folder, "b")), opened, { database, jobs: 2, mask });
    const hashes = "select id, md5(x) as hash from b order by id";
    expect(await masked.query(hashes)).toEqual(await source.query(hashes));
    expect(await masked.query("select distinct y from b")).toEqual([{ y: "hidden" }]);
    const lines = readFileSync(join(folder, "all.sql"), "latin1").split("\n");
    expect(lines.filter((line) => line.startsWith("COPY "))).toHaveLength(2);
    expect(lines.filter((line) => line === "\\.")).toHaveLength(2);
  },
);

test.runIf(process.platform === "linux")(
  "one value of 150 MB takes less than 200 MB to back up, restore, export and import",
  { timeout: 120_000 },
  async () => {
    const source = await testDatabase();
    await source.run(`create table t (id int primary key, x bytea); alter table t alter x set storage external;
      insert into t values (1, decode(repeat('00ff41fe', 37500000), 'hex'))`);
    const [restored, imported, again] = [
      await testDatabase(),
      await testDatabase(),
      await testDatabase(),
    ];
    for (const target of [imported, again]) {
      await target.run("create table t (id int primary key, x bytea)");
    }
    const folder = await temporaryFolder();
    for (const args of [
      ["backup", "--out", "b", "--url", source.url],
      ["restore", "b", "--to", restored.url],
      ["data", "export", "--out", "rows", "--url", source.url],
      ["data", "import", "rows", "--url", imported.url],
      ["data", "export", "--out", "rows.sql", "--url", source.url],
      ["data", "import", "rows.sql", "--url", again.url],
    ]) {
      expect(await peakMegabytes(args, folder), args.join(" ")).toBeLessThan(200);
    }
    const sum = "select id, octet_length(x) as size, md5(x) as hash from t";
    for (const target of [restored, imported, again]) {
      expect(await target.query(sum)).toEqual(await source.query(sum));
    }
  },
);

/** The most memory that the process held, as Linux counts it. */
async function peakMegabytes(args: readonly string[], cwd: string): Promise<number> {
  let kilobytes = 0;
  const run = await runLockstep(args, {
    cwd,
    onStart: (child) => {
      const timer = setInterval(() => {
        try {
          const status = readFileSync(`/proc/${child.pid ?? 0}/status`, "utf8");
          kilobytes = Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? kilobytes);
        } catch {
          // It has ended.
        }
      }, 10);
      child.once("exit", () => clearInterval(timer));
    },
  });
  expect(run.exitCode, run.stderr).toBe(0);
  expect(kilobytes).toBeGreaterThan(0);
  return kilobytes / 1_000;
}
