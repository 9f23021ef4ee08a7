/** `lockstep dev watch`: real saves, a real process, a real Ctrl-C. */
import { type ChildProcess } from "node:child_process";
import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { follow } from "../../../src/cli/follow.ts";
import { deployerOf } from "../../support/deploy.ts";
import { testDatabase, type TestDatabase } from "../../support/database.ts";
import { folderWith, writeFiles } from "../../support/folders.ts";
import { runLockstep, type LockstepRun } from "../../support/lockstep.ts";

interface Watching {
  readonly cwd: string;
  readonly database: TestDatabase;
  columns(table: string): Promise<string>;
  stop(): Promise<LockstepRun>;
}

async function watching(files: Readonly<Record<string, string>>): Promise<Watching> {
  const database = await testDatabase();
  const cwd = await folderWith(files);
  let child: ChildProcess | undefined;
  const ended = runLockstep(["dev", "watch", "--yes"], {
    cwd,
    env: { DATABASE_URL: database.url },
    onStart: (started) => {
      child = started;
    },
  });
  const columns = async (table: string): Promise<string> => {
    const rows = await database.query(
      "select string_agg(attname, ',' order by attnum) as c from pg_attribute where attrelid = to_regclass($1) and attnum > 0 and not attisdropped",
      [table],
    );
    return String(rows[0]?.["c"]);
  };
  const stop = async (): Promise<LockstepRun> => {
    child?.kill("SIGINT");
    return await ended;
  };
  return { cwd, database, columns, stop };
}

const patient = { timeout: 30_000, interval: 100 };

test("a saved schema is followed, a mistake leaves the database as it was, Ctrl-C ends it", async () => {
  const { cwd, columns, stop } = await watching({
    "lockstep.config.json": '{"declared":"schema.sql"}',
    "schema.sql": "create table a (x int);",
  });
  await vi.waitFor(async () => expect(await columns("a")).toBe("x"), patient);
  await writeFile(join(cwd, "schema.sql"), "create table a (x int, oops;");
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  expect(await columns("a")).toBe("x");
  // As editors save: another file, then its name.
  await writeFile(join(cwd, "schema.sql.new"), "create table a (x int, y int);");
  await rename(join(cwd, "schema.sql.new"), join(cwd, "schema.sql"));
  await vi.waitFor(async () => expect(await columns("a")).toBe("x,y"), patient);
  const run = await stop();
  expect(run.exitCode).toBe(0);
  expect(run.stdout).toContain("create column:public.a.y\n");
  expect(run.stderr).toContain("SOURCE.STATEMENT_FAILED");
  expect(run.stderr).toContain("stopped; the database stays as it is");
});

test("a schema that is saved in two goes is not followed while it is empty", async () => {
  const database = await testDatabase();
  const cwd = await folderWith({
    "lockstep.config.json": '{"strategy":"declarative","declared":"schema.sql"}',
    "schema.sql": "create table a (x int);",
  });
  const first = await deployerOf(cwd, database.url);
  await follow(first.ports, { project: first.project });
  await writeFile(join(cwd, "schema.sql"), "\n");
  const second = await deployerOf(cwd, database.url);
  await expect(follow(second.ports, { project: second.project })).rejects.toMatchObject({
    code: "SOURCE.FILE_ABSENT",
    state: "the database is as it was",
  });
  expect(await database.query("select count(*)::int as n from a")).toEqual([{ n: 0 }]);
});

test("a new migration is applied, the newest one follows its edits, and keeps what is not its own", async () => {
  const { cwd, database, columns, stop } = await watching({
    "migrations/001_a.sql": "create table a (x int);",
  });
  await vi.waitFor(async () => expect(await columns("a")).toBe("x"), patient);
  await database.run("insert into a values (7)");
  await writeFiles(cwd, { "migrations/002_b.sql": "create table b (y int);" });
  await vi.waitFor(async () => expect(await columns("b")).toBe("y"), patient);
  await writeFiles(cwd, {
    "migrations/002_b.sql": "create table b (y int, z int); alter table a add w int;",
  });
  await vi.waitFor(async () => expect(await columns("b")).toBe("y,z"), patient);
  expect(await columns("a")).toBe("x,w");
  expect(await database.query("select x from a")).toEqual([{ x: 7 }]);
  const run = await stop();
  expect(run.stdout).toContain("take back 002_b\napply 002_b\n");
  expect(await database.query("select id from lockstep.migrations order by id")).toEqual([
    { id: "001_a" },
    { id: "002_b" },
  ]);
});

test("another database than the developer's own needs a word", async () => {
  const database = await testDatabase();
  const cwd = await folderWith({ "migrations/001_a.sql": "create table a (x int);" });
  const run = await runLockstep(["dev", "watch"], { cwd, env: { DATABASE_URL: database.url } });
  expect([run.exitCode, run.stderr]).toEqual([2, expect.stringContaining("DEV.NOT_DEVELOPMENT")]);
});
