import { execFileSync } from "node:child_process";
import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { contentOf, restoreBackup, takeBackup } from "../../support/backup.ts";
import { testDatabase, type TestDatabase } from "../../support/database.ts";
import { temporaryFolder } from "../../support/folders.ts";
import { runLockstep } from "../../support/lockstep.ts";

/** Three tables, one of several chunks, keys, a foreign key, large objects: enough for each section to take time. */
async function workload(): Promise<TestDatabase> {
  const database = await testDatabase();
  await database.run(`
    create table a (id integer primary key, filler text not null, at timestamptz default now());
    create table b (id integer primary key, a integer references a, n numeric);
    create table c (id uuid primary key, doc jsonb);
    insert into a select g, repeat(md5(g::text), 12) from generate_series(1, 40000) g;
    insert into b select g, g, g / 7.0 from generate_series(1, 20000) g;
    insert into c select md5(g::text)::uuid, jsonb_build_object('g', g) from generate_series(1, 10000) g;
    create index on a (filler);
    create index on b (n);
    create materialized view m as select count(*) from a;
    select lo_create(7), lo_put(7, 0, decode(repeat('ab', 100000), 'hex'));
  `);
  return database;
}

test(
  "a restore that is killed again and again goes on until the database is the same",
  { timeout: 120_000 },
  async () => {
    const source = await workload();
    const { path } = await takeBackup(source);
    const target = await testDatabase();
    const folder = await temporaryFolder();
    let kills = 0;
    for (let afterMs = 250; ; afterMs *= 1.3) {
      const run = await runLockstep(["restore", path, "--to", target.url, "--json"], {
        cwd: folder,
        onStart: (child) => {
          const timer = setTimeout(() => child.kill("SIGKILL"), afterMs);
          child.once("exit", () => clearTimeout(timer));
        },
      });
      if (run.signal === "SIGKILL") {
        kills += 1;
        continue;
      }
      // The killed one's connections last for up to a second.
      if (run.stdout.includes("RESTORE.BUSY")) continue;
      expect(run.exitCode, run.stderr).toBe(0);
      expect(run.json()).toMatchObject({ resumed: true });
      break;
    }
    expect(kills).toBeGreaterThan(1);
    expect(await contentOf(target)).toEqual(await contentOf(source));
  },
);

test("a backup that is killed leaves nothing under its name, and the next one succeeds", async () => {
  const source = await workload();
  const folder = await temporaryFolder();
  let kills = 0;
  for (const afterMs of [350, 500, 700, 900]) {
    const run = await runLockstep(["backup", "--out", "b", "--url", source.url], {
      cwd: folder,
      onStart: (child) => setTimeout(() => child.kill("SIGKILL"), afterMs),
    });
    if (run.signal !== "SIGKILL") break;
    kills += 1;
    expect((await readdir(folder)).filter((name) => !name.endsWith(".partial"))).toEqual([]);
  }
  expect(kills).toBeGreaterThan(0);
  const [partial] = await readdir(folder);
  if (partial !== undefined && partial.endsWith(".partial")) {
    const target = await testDatabase();
    await expect(restoreBackup(join(folder, partial), target)).rejects.toMatchObject({
      code: "BACKUP.ABSENT",
    });
  }
});

test("a session that the server ends leaves a restore that goes on", async () => {
  const source = await workload();
  const { path } = await takeBackup(source);
  const target = await testDatabase();
  const admin = await target.connect();
  const stopped = new AbortController();
  const ending = (async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      const { rowCount } = await admin.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and query like 'copy%'`,
      );
      if ((rowCount ?? 0) > 0) return;
    }
  })();
  await expect(restoreBackup(path, target)).rejects.toMatchObject({ code: "CONNECT.LOST" });
  stopped.abort();
  await ending;
  expect(await restoreBackup(path, target)).toMatchObject({ resumed: true });
  expect(await contentOf(target)).toEqual(await contentOf(source));
});

const mayMount = process.platform === "linux" && process.getuid?.() === 0;

test.skipIf(!mayMount)("a full disk is named, and what was written is removed", async (context) => {
  const source = await workload();
  const disk = join(await temporaryFolder(), "disk");
  await mkdir(disk);
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", disk], { stdio: "ignore" });
  } catch {
    context.skip("this machine mounts no tmpfs");
  }
  onTestFinished(() => {
    execFileSync("umount", [disk]);
  });
  const run = await runLockstep([
    "backup",
    "--out",
    join(disk, "b"),
    "--url",
    source.url,
    "--json",
  ]);
  expect(run.exitCode).toBe(2);
  expect(run.stdout).toContain("BACKUP.WRITE_FAILED");
  expect(await readdir(disk)).toEqual([]);
});
