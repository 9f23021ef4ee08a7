/** What seldom happens to a deploy: each by its code, the database's state and the next command. */
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { nodeClock } from "../../src/adapters/node/clock.ts";
import { endLeftovers } from "../../src/deploy/steps/leftovers.ts";
import { ensureLedger } from "../../src/deploy/steps/ledger/ensure.ts";
import type { Clock } from "../../src/ports/clock.ts";
import { testDatabase, testRole } from "../support/database.ts";
import { folderWith } from "../support/folders.ts";
import { runLockstep, type LockstepRun, type LockstepRunOptions } from "../support/lockstep.ts";
import { startPooler } from "../support/pooler.ts";
import { sessionOf } from "../support/sessions.ts";

interface Project {
  readonly cwd: string;
  readonly run: (words: readonly string[], options?: LockstepRunOptions) => Promise<LockstepRun>;
}

async function projectOn(url: string, files: Readonly<Record<string, string>>): Promise<Project> {
  const cwd = await folderWith(files);
  return {
    cwd,
    run: async (words, options = {}) =>
      await runLockstep([...words, "--json"], { cwd, env: { DATABASE_URL: url }, ...options }),
  };
}

test("a statement that needs a session of its own is refused behind a pooler, at its place", async () => {
  const database = await testDatabase();
  const { url } = await startPooler(database.url, 6);
  const { run } = await projectOn(url, {
    "migrations/001_a.sql": "create table a (id int);\n",
    "migrations/002_b.sql": "\ncreate index concurrently a_id on a (id);",
  });
  expect((await run(["deploy"])).json()).toMatchObject({
    error: {
      code: "DEPLOY.POOLED",
      where: { file: "migrations/002_b.sql", line: 2 },
      next: "Set DIRECT_URL to the server itself.",
    },
  });
});

test("a deploy that is interrupted stops between two migrations, and the next one goes on", async () => {
  const database = await testDatabase();
  const { run } = await projectOn(database.url, {
    "migrations/001_a.sql": "create table a (id int); select pg_sleep(3);",
    "migrations/002_b.sql": "vacuum a;",
    "migrations/003_c.sql": "create table c (id int);",
  });
  const stopped = await run(["deploy"], {
    onStart: (child) => {
      child.stderr?.on("data", (chunk: Uint8Array) => {
        if (Buffer.from(chunk).toString("utf8").includes("001_a")) child.kill("SIGINT");
      });
    },
  });
  expect(stopped.exitCode, stopped.stderr).toBe(3);
  expect(stopped.json()).toMatchObject({ error: { code: "DEPLOY.INTERRUPTED" } });
  const again = await run(["deploy"]);
  expect(again.exitCode, again.stderr).toBe(0);
});

test("a ledger that is not what it was is the server's word, with what is committed", async () => {
  const database = await testDatabase();
  const { cwd, run } = await projectOn(database.url, { "migrations/001_a.sql": "select 1;" });
  expect((await run(["deploy"])).exitCode).toBe(0);
  await database.run("alter table lockstep.deployments rename column host to machine");
  await writeFile(join(cwd, "migrations", "002_b.sql"), "select 2;");
  expect((await run(["deploy"])).json()).toMatchObject({
    error: {
      code: "DEPLOY.SERVER",
      sqlState: "42703",
      state: "what was committed before is recorded in the ledger; lockstep status shows it",
    },
  });
});

test("a ledger that the server refuses, or that somebody is at for a minute, is not made", async () => {
  const database = await testDatabase();
  await database.run(`create function no() returns event_trigger language plpgsql as
    'begin raise exception ''nothing is made here''; end';
    create event trigger no on ddl_command_start when tag in ('CREATE SCHEMA') execute function no()`);
  const session = await sessionOf(database.url);
  const options = { clock: nodeClock, toolVersion: "1.0.0", waitMs: 200 };
  await expect(ensureLedger(session, options)).rejects.toMatchObject({
    ...{ code: "LEDGER.FAILED", sqlState: "P0001", state: "nothing was changed" },
  });
  await database.run("drop event trigger no");
  const other = await sessionOf(database.url);
  await other.script("begin; select pg_advisory_xact_lock(7310587431187436147)");
  await expect(ensureLedger(session, options)).rejects.toMatchObject({
    ...{ code: "LEDGER.BUSY", state: "nothing was changed" },
  });
  await other.script("rollback");
  expect(await ensureLedger(session, options)).toBe(true);
});

test("a server process of an earlier deploy that we may not end, and that does not end, is named", async () => {
  const database = await testDatabase();
  const role = await testRole(database.major, "login password 'p'");
  const id = "11111111-2222-4333-8444-555555555555";
  const left = await sessionOf(database.url, { applicationName: `lockstep ${id}` });
  const session = await sessionOf(database.url.replace(/\/\/[^@]+@/, `//${role}:p@`));
  let now = 0;
  const clock: Clock = {
    ...nodeClock,
    monotonicMs: () => now,
    sleep: async () => void (now += 5_000),
  };
  await expect(endLeftovers(session, [id], clock)).rejects.toMatchObject({
    code: "DEPLOY.LEFTOVER",
    state: "nothing was changed",
    data: { pids: [left.server.backendPid] },
  });
  await endLeftovers(await sessionOf(database.url), [id], nodeClock);
});

test("a rollback that began and did not end is gone on with, and no deploy before", async () => {
  const database = await testDatabase();
  const { cwd, run } = await projectOn(database.url, {
    "migrations/001_a.sql": "create table a (id int);",
    "migrations/002_b.sql": "create index concurrently a_id on a (id);",
    "migrations/002_b.down.sql": "drop index concurrently a_id;\nvacuum nothing;",
  });
  expect((await run(["deploy"])).exitCode).toBe(0);
  const stopped = await run(["rollback", "--yes", "--no-prove", "--backup", "never"]);
  expect(stopped.exitCode, stopped.stdout).toBe(2);
  await writeFile(join(cwd, "migrations", "003_c.sql"), "select 1;");
  expect((await run(["deploy"])).json()).toMatchObject({
    error: {
      code: "PLAN.REVERTING",
      next: expect.stringContaining("lockstep rollback") as unknown,
    },
  });
  expect((await run(["status"])).stdout).toContain("PLAN.REVERTING");
  await rm(join(cwd, "migrations", "003_c.sql"));
  await database.run("create table nothing ()");
  const over = await run(["rollback", "--yes", "--no-prove", "--backup", "never"]);
  expect(over.exitCode, over.stdout).toBe(0);
});

test("what was written anew is healed, what was edited and is allowed is noted, and what is pending is found", async () => {
  const database = await testDatabase();
  const { cwd, run } = await projectOn(database.url, {
    "migrations/001_a.sql": "create table a (id int);",
    "migrations/002_b.sql": "create table b (id int);",
  });
  expect((await run(["verify"])).stdout).toContain("VERIFY.PENDING");
  expect((await run(["deploy"])).exitCode).toBe(0);
  await writeFile(join(cwd, "migrations", "001_a.sql"), "create table a (\n  id int\n);");
  expect((await run(["status"])).stdout).toContain("PLAN.HEALED");
  await writeFile(join(cwd, "migrations", "002_b.sql"), "create table b (id bigint);");
  const allowed = await run(["deploy", "--allow-edited", "002_b"]);
  expect(allowed.json()).toMatchObject({
    notes: [
      { code: "PLAN.HEALED", where: { file: "migrations/001_a.sql" } },
      { code: "PLAN.EDIT_ALLOWED", where: { file: "migrations/002_b.sql" } },
    ],
  });
});

test("a state that no files lead to any more is refused, and a deploy that asks says so and goes on", async () => {
  const database = await testDatabase();
  const { cwd, run } = await projectOn(database.url, {
    "migrations/001_a.sql": "create table a (id int);",
  });
  expect((await run(["deploy"])).exitCode).toBe(0);
  await rm(join(cwd, "migrations", "001_a.sql"));
  const header = "-- Schema Version: 1.0.0\n-- Includes migrations up to: 002_b\n";
  await writeFile(
    join(cwd, "schema.sql"),
    `${header}create table a (id int); create table b (id int);`,
  );
  await writeFile(join(cwd, "migrations", "002_b.sql"), "create table b (id int);");
  const lost = await run(["verify", "--against", "lock"]);
  expect(lost.json()).toMatchObject({
    error: { code: "VERIFY.UNREACHABLE", next: "lockstep verify --against migrations" },
  });
  const deployed = await run(["deploy", "--verify", "always", "--allow-missing"]);
  expect(deployed.stdout).toContain("VERIFY.NOT_COMPARED");
});

test("a dump says which secret is not in it", async () => {
  const database = await testDatabase();
  await database.run(`create foreign data wrapper nowhere; create server s foreign data wrapper nowhere;
    create user mapping for public server s options (user 'u', password 'hidden')`);
  const { run } = await projectOn(database.url, { "schema.sql": "select 1;" });
  const dumped = await run(["dump", "live"]);
  expect(dumped.json()).toMatchObject({
    findings: [{ code: "DUMP.SECRET_LEFT_OUT", severity: "warning" }],
  });
  expect(dumped.stdout).not.toContain("hidden");
});

test("a table whose columns can't be put in order, though that was asked for, is named", async () => {
  const database = await testDatabase();
  const child = "create table child (b int) inherits (parent);";
  const { cwd, run } = await projectOn(database.url, {
    "lockstep.config.json": '{"declared":"schema.sql","strategy":"declarative"}',
    "schema.sql": `create table parent (a int); ${child}`,
  });
  expect((await run(["deploy"])).exitCode).toBe(0);
  await writeFile(join(cwd, "schema.sql"), `create table parent (n int, a int); ${child}`);
  const deployed = await run(["deploy", "--column-order", "rebuild"]);
  expect(deployed.exitCode, deployed.stderr).toBe(0);
  expect(deployed.json()).toMatchObject({
    notes: expect.arrayContaining([
      expect.objectContaining({ code: "PLAN.COLUMN_ORDER", object: "table:public.parent" }),
    ]) as unknown,
  });
});
