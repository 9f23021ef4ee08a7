/** What `lockstep history` shows, and what other commands take of it. */
import { expect, test } from "vitest";
import { testDatabase } from "../../support/database.ts";
import { folderWith } from "../../support/folders.ts";
import { runLockstep, type LockstepRun } from "../../support/lockstep.ts";

test("the beginning of a deployment's id stands in the table, and a rollback takes it", async () => {
  const database = await testDatabase();
  const cwd = await folderWith({
    "migrations/001_a.sql": "create table a (id int);\n",
    "migrations/002_b.sql": "create table b (id int);\n",
  });
  const run = async (...words: readonly string[]): Promise<LockstepRun> =>
    await runLockstep(words, { cwd, env: { DATABASE_URL: database.url } });
  await run("deploy", "--to", "001_a");
  await run("deploy");
  const { stdout } = await run("history");
  const ids = stdout
    .split("\n")
    .flatMap((line) => / ([0-9a-f]{8})$/.exec(line.trimEnd())?.[1] ?? []);
  expect(new Set(ids).size).toBe(2);
  const taken = await run("rollback", "--deployment", ids[0] ?? "", "--yes");
  expect(taken.exitCode).toBe(0);
  expect(await database.query("select to_regclass('a')::text as a, to_regclass('b') as b")).toEqual(
    [{ a: "a", b: null }],
  );
});
