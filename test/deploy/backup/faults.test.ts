import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { contentOf, restoreBackup, takeBackup } from "../../support/backup.ts";
import { testDatabase, type TestDatabase } from "../../support/database.ts";
import { folderWith, temporaryFolder } from "../../support/folders.ts";
import { runLockstep } from "../../support/lockstep.ts";
import { databaseOnSmallDisk, mayMount } from "../../support/small-disk.ts";
import { testMajors } from "../../support/servers.ts";

/** Three tables, one of several chunks, keys, a foreign key, large objects: enough for each section to take time. */
async function workload(major?: number): Promise<TestDatabase> {
  const database = await testDatabase(major);
  await database.run(`
    create table a (id integer primary key, filler text not null, at timestamptz default now());
    create table b (id integer primary key, a integer references a, n numeric);
    create table c (id uuid primary key, doc jsonb);
    insert into a select g, repeat(md5(g::text), 12) from generate_series(1, 40000) g;
    insert into b select g, g, g / 7.0 from generate_series(1, 20000) g;
    insert into c select md5(g::text)::uuid, jsonb_build_object('g', g) from generate_series(1, 10000) g;
    create index on a (filler);
    create index on b (n);
    create sequence s;
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
    // The first ones hit the program while it starts, on any machine.
    for (let afterMs = 80; ; afterMs *= 1.2) {
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
      const { resumed, already } = run.json() as Record<string, unknown>;
      // The last one may have been killed behind its last step.
      expect([resumed, already]).toContain(true);
      break;
    }
    expect(kills).toBeGreaterThan(1);
    expect(await contentOf(target)).toEqual(await contentOf(source));
    const again = await runLockstep(["restore", path, "--to", target.url], { cwd: folder });
    expect(again).toMatchObject({ exitCode: 0, stderr: expect.stringContaining("nothing to do") });
    // One value, one sequence, one large object more: it is another database.
    for (const change of [
      "update b set n = n + 1 where id = 7",
      "update b set n = n - 1 where id = 7; select nextval('s')",
      "select setval('s', 1, false); select lo_create(8)",
      "select lo_unlink(8); create table d ()",
    ]) {
      await target.run(change);
      await expect(restoreBackup(path, target), change).rejects.toMatchObject({
        code: "RESTORE.NOT_EMPTY",
      });
    }
  },
);

test("a backup that is killed leaves nothing under its name, and the next one succeeds", async () => {
  const source = await workload();
  const folder = await temporaryFolder();
  let kills = 0;
  for (const afterMs of [150, 200, 250, 350, 500, 700, 900]) {
    const run = await runLockstep(["backup", "--out", "b", "--url", source.url], {
      cwd: folder,
      onStart: (child) => setTimeout(() => child.kill("SIGKILL"), afterMs),
    });
    if (run.signal !== "SIGKILL") break;
    kills += 1;
    // It had come to its end: then it is whole.
    if ((await readdir(folder)).includes("b")) {
      await restoreBackup(join(folder, "b"), await testDatabase());
      break;
    }
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

test.skipIf(!mayMount)(
  "a full disk is named, and what was written is removed, in every form",
  async (context) => {
    // Where there is a pg_dump, it is new enough for this one.
    const source = await workload(Math.min(...testMajors));
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
    for (const args of [[], ["--format", "sql"], ["--engine", "pg_dump"]]) {
      const place = ["--out", join(disk, "b"), "--url", source.url, "--json"];
      const run = await runLockstep(["backup", ...args, ...place]);
      // PostgreSQL's own program is not on every machine.
      if (run.stdout.includes("BACKUP.ENGINE_ABSENT")) continue;
      expect(run.exitCode, args.join(" ")).toBe(2);
      expect(run.stdout).toMatch(/BACKUP\.(WRITE_FAILED|ENGINE_FAILED)/);
      expect(await readdir(disk), args.join(" ")).toEqual([]);
    }
  },
);

test.skipIf(!mayMount)(
  "a restore that fills the server's disk says so, and goes on once there is room",
  { timeout: 60_000 },
  async (context) => {
    const source = await workload();
    const { path } = await takeBackup(source);
    const disk = await databaseOnSmallDisk(context, 12);
    const target = { ...source, name: disk.name, url: disk.url };
    await expect(restoreBackup(path, target)).rejects.toMatchObject({
      code: "RESTORE.FAILED",
      sqlState: "53100",
    });
    disk.makeRoom();
    expect(await restoreBackup(path, target)).toMatchObject({ resumed: true });
    const [row] = await source.query("select count(*)::int as n from a");
    expect(row).toEqual({ n: 40_000 });
  },
);

test("a deploy that is killed while its backup is written has changed nothing, and the next one backs up anew", async () => {
  const database = await workload();
  const folder = await folderWith({ "migrations/001_a.sql": "select 1" });
  const env = { DATABASE_URL: database.url };
  const adopted = await runLockstep(["adopt", "--from", "none", "--applied", "all"], {
    cwd: folder,
    env,
  });
  expect(adopted.exitCode, adopted.stderr).toBe(0);
  await writeFile(join(folder, "migrations", "002_b.sql"), "update a set filler = ''");
  const place = join(folder, ".lockstep", "backups");
  const killed = await runLockstep(["deploy"], {
    cwd: folder,
    env,
    onStart: (child) => {
      const timer = setInterval(() => {
        const found = existsSync(place) ? readdirSync(place) : [];
        const [partial] = found.filter((name) => name.endsWith(".partial"));
        if (partial !== undefined && readdirSync(join(place, partial)).length > 2)
          child.kill("SIGKILL");
      }, 2);
      child.once("exit", () => clearInterval(timer));
    },
  });
  expect(killed.signal).toBe("SIGKILL");
  expect(await database.query("select count(*)::int as n from a where filler = ''")).toEqual([
    { n: 0 },
  ]);
  const whole = (): readonly string[] =>
    readdirSync(place).filter((name) => !name.startsWith(".") && !name.endsWith(".partial"));
  expect(whole()).toEqual([]);
  const again = await runLockstep(["deploy", "--json"], { cwd: folder, env });
  expect(again.json(), again.stderr).toMatchObject({ outcome: "deployed" });
  expect(whole()).toHaveLength(1);
});
