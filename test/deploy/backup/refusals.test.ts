import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { contentOf, restoreBackup, takeBackup } from "../../support/backup.ts";
import { testDatabase, testRole } from "../../support/database.ts";
import { newestMajor, testMajors } from "../../support/servers.ts";
import { runLockstep } from "../../support/lockstep.ts";
import { temporaryFolder } from "../../support/folders.ts";

test("a database that has objects of its own is never restored into", async () => {
  const source = await testDatabase();
  await source.run("create table t (a integer)");
  const { path } = await takeBackup(source);
  const target = await testDatabase();
  await target.run("create view mine as select 1 as a");
  await expect(restoreBackup(path, target)).rejects.toMatchObject({
    code: "RESTORE.NOT_EMPTY",
    message: expect.stringContaining("view:public.mine") as unknown,
  });
  expect(
    await target.query(
      "select to_regclass('public.t') as t, to_regnamespace('lockstep_restore') as s",
    ),
  ).toEqual([{ t: null, s: null }]);
});

test.skipIf(testMajors.length < 2)("an older server is refused, a newer one takes it", async () => {
  const [oldest = newestMajor] = testMajors;
  const source = await testDatabase(newestMajor);
  await source.run("create table t (a integer primary key); insert into t values (1)");
  const { path } = await takeBackup(source);
  const old = await testDatabase(oldest);
  await expect(restoreBackup(path, old)).rejects.toMatchObject({ code: "RESTORE.OLDER_SERVER" });
  const oldSource = await testDatabase(oldest);
  await oldSource.run("create table t (a integer primary key); insert into t values (1)");
  const target = await testDatabase(newestMajor);
  await restoreBackup((await takeBackup(oldSource)).path, target);
  expect(await target.query("select a from t")).toEqual([{ a: 1 }]);
});

test("roles that the server lacks are named before anything is changed", async () => {
  const role = await testRole();
  const source = await testDatabase();
  await source.run(`create table t (a integer); grant select on t to ${role}`);
  const { path } = await takeBackup(source);
  await source.run(`drop owned by ${role}; drop role ${role}`);
  const target = await testDatabase();
  await expect(restoreBackup(path, target)).rejects.toMatchObject({
    code: "RESTORE.ROLES",
    data: { roles: [role] },
  });
});

test("a table that somebody is changing is not waited for, and is named with who does", async () => {
  const source = await testDatabase();
  await source.run('create table "T 1" (a integer); create table u (a integer)');
  const other = await source.connect();
  await other.query('begin; lock table "T 1" in access exclusive mode');
  await expect(takeBackup(source)).rejects.toMatchObject({
    code: "BACKUP.BLOCKED",
    message: expect.stringMatching(/^public\.T 1 can't be read/) as unknown,
    notes: [expect.stringMatching(/^public\.T 1 is locked by pid \d+ \(postgres, test\)$/)],
    data: { tables: ["public.T 1"] },
  });
  await other.query("rollback");
});

test("what the role may not read is refused by name, rows that a policy hides too", async () => {
  const role = await testRole();
  const source = await testDatabase();
  await source.run(`create table hidden (a integer); create table filtered (a integer);
    grant select on filtered to ${role}; alter table filtered enable row level security`);
  const url = new URL(source.url);
  const asRole = { ...source, url: `${url.href}?options=-c%20role%3D${role}` };
  await expect(takeBackup(asRole)).rejects.toMatchObject({ code: "BACKUP.DENIED" });
  await source.run("drop table hidden");
  await expect(takeBackup(asRole)).rejects.toMatchObject({ code: "BACKUP.DENIED" });
});

test("secrets are in no file of a backup, and what needs one is named", async () => {
  const source = await testDatabase();
  await source.run(`create extension postgres_fdw; create table t (a integer);
    create server other foreign data wrapper postgres_fdw;
    create user mapping for current_user server other options (user 'me', password 'hunter2')`);
  const { path, findings } = await takeBackup(source);
  expect(findings).toMatchObject([{ code: "BACKUP.SECRET_LEFT_OUT" }]);
  for (const name of await readdir(path)) {
    expect((await readFile(join(path, name))).includes("hunter2")).toBe(false);
  }
  const target = await testDatabase();
  await restoreBackup(path, target);
  expect(await target.query("select srvname from pg_foreign_server")).toEqual([
    { srvname: "other" },
  ]);
});

test("rows that were committed while the backup ran are in none of its tables", async () => {
  const source = await testDatabase();
  await source.run(`create table a (n integer); create table b (n integer);
    insert into a select generate_series(1, 300000)`);
  const client = await source.connect();
  const stopped = new AbortController();
  const writing = (async (): Promise<void> => {
    for (let n = 0; !stopped.signal.aborted; n += 1)
      await client.query("with x as (insert into a values ($1)) insert into b values ($1)", [-n]);
  })();
  const { path } = await takeBackup(source);
  stopped.abort();
  await writing;
  const target = await testDatabase();
  await restoreBackup(path, target);
  const [row] = await target.query(
    "select (select count(*) from a where n <= 0) - (select count(*) from b) as difference",
  );
  expect(row).toEqual({ difference: "0" });
});

test("the ledger is in the backup and leases are not", async () => {
  const source = await testDatabase();
  const project = await temporaryFolder();
  const { writeFile, mkdir } = await import("node:fs/promises");
  await mkdir(join(project, "migrations"));
  await writeFile(join(project, "migrations", "001_first.sql"), "create table t (a integer);");
  const deployed = await runLockstep(["deploy"], {
    cwd: project,
    env: { DATABASE_URL: source.url },
  });
  expect(deployed.exitCode, deployed.stderr).toBe(0);
  await source.run(`insert into lockstep.leases (scope, token, holder, expires_at)
    values ('default', 7, 'somebody', now())`);
  const target = await testDatabase();
  const path = join(project, "backup");
  const taken = await runLockstep(["backup", "--out", "backup"], {
    cwd: project,
    env: { DATABASE_URL: source.url },
  });
  expect(taken.exitCode, taken.stderr).toBe(0);
  expect(taken.stdout).toBe(`${path}\n`);
  const restored = await runLockstep(["restore", "backup", "--to", target.url, "--json"], {
    cwd: project,
  });
  expect(restored.exitCode, restored.stderr).toBe(0);
  expect(restored.json()).toMatchObject({ resumed: false, path });
  expect(await target.query("select * from lockstep.leases")).toEqual([]);
  expect(await contentOf(target)).toEqual(await contentOf(source));
  const again = await runLockstep(["deploy", "--json"], {
    cwd: project,
    env: { DATABASE_URL: target.url },
  });
  expect(again.json()).toMatchObject({ outcome: "nothing-to-do" });
});

test("that large objects are no part of a comparison is no news of a backup that holds them", async () => {
  const source = await testDatabase();
  await source.run("select lo_from_bytea(0, '\\x00')");
  expect(await takeBackup(source)).toMatchObject({ largeObjects: 1, findings: [] });
});
