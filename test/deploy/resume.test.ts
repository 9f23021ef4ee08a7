/** Files of several transactions that were cut off: gone on with, looked up, never run twice, never half forgotten. */
import { expect, test } from "vitest";
import { repair } from "../../src/deploy/repair.ts";
import { testDatabase } from "../support/database.ts";
import { deployerOf, deployFolder } from "../support/deploy.ts";
import { folderWith, writeFiles } from "../support/folders.ts";

const base = {
  "migrations/001_a.sql":
    "create table a (id int, t text);\ninsert into a values (1, 'x'), (2, 'x');\n",
};

test("a failed unique index is left invalid, and the corrected file drops and builds it anew", async () => {
  const database = await testDatabase();
  const folder = await folderWith({
    ...base,
    "migrations/002_u.sql":
      "insert into a values (3, 'y');\ncreate unique index concurrently a_t on a (t);\ninsert into a values (4, 'z');\n",
  });
  await expect(deployFolder(folder, database.url)).rejects.toMatchObject({
    code: "DEPLOY.STATEMENT_FAILED",
    sqlState: "23505",
    where: { file: "migrations/002_u.sql", line: 2 },
    state:
      "001_a is applied; of 002_u, statement 1 of 3 is committed, and the next deploy goes on after it",
  });
  expect(
    await database.query("select indisvalid from pg_index where indexrelid = 'a_t'::regclass"),
  ).toEqual([{ indisvalid: false }]);
  await database.run("update a set t = 'w' where id = 2");
  await deployFolder(folder, database.url);
  expect(
    await database.query("select indisvalid from pg_index where indexrelid = 'a_t'::regclass"),
  ).toEqual([{ indisvalid: true }]);
  expect(await database.query("select array_agg(id order by id) as ids from a")).toEqual([
    { ids: [1, 2, 3, 4] },
  ]);
});

test("IF NOT EXISTS over an invalid index builds it anew, too", async () => {
  const database = await testDatabase();
  const folder = await folderWith(base);
  await deployFolder(folder, database.url);
  await database.query("create unique index concurrently a_t on a (t)").catch(() => undefined);
  await database.run("update a set t = 'w' where id = 2");
  await writeFiles(folder, {
    "migrations/002_u.sql": "create unique index concurrently if not exists a_t on a (t);",
  });
  await deployFolder(folder, database.url);
  expect(
    await database.query("select indisvalid from pg_index where indexrelid = 'a_t'::regclass"),
  ).toEqual([{ indisvalid: true }]);
});

test("the part that ran may not be edited, the rest may", async () => {
  const database = await testDatabase();
  const folder = await folderWith({
    ...base,
    "migrations/002_m.sql": "create table b (id int);\nvacuum a;\nselect 1/0;\n",
  });
  await expect(deployFolder(folder, database.url)).rejects.toMatchObject({ sqlState: "22012" });
  await writeFiles(folder, {
    "migrations/002_m.sql": "create table b (id bigint);\nvacuum a;\nselect 1;\n",
  });
  await expect(deployFolder(folder, database.url)).rejects.toMatchObject({
    code: "PLAN.EDITED_PARTIAL",
  });
  await writeFiles(folder, {
    "migrations/002_m.sql": "create table b (id int);\nvacuum a;\nselect 1;\n",
  });
  await deployFolder(folder, database.url);
  expect(await database.query("select id from lockstep.migrations order by id")).toEqual([
    { id: "001_a" },
    { id: "002_m" },
  ]);
});

test("what nothing tells about is asked for: CALL in doubt, then settled by repair", async () => {
  const database = await testDatabase();
  const folder = await folderWith({
    ...base,
    "migrations/002_p.sql":
      "create procedure p() language plpgsql as $$ begin insert into a values (9, 'p'); commit; end $$;",
    "migrations/003_call.sql": "-- +goose NO TRANSACTION\n-- +goose Up\ncall p();\n",
  });
  await deployFolder(folder, database.url);
  expect(await database.query("select id from a where id = 9")).toEqual([{ id: 9 }]);
  // As a deployer that was killed while the call ran would leave it.
  await database.run(`insert into lockstep.statements (scope, migration_id, direction, ordinal, state, transactional, meaning_hash, deployment_id)
    select scope, id, 'up', 0, 'started', false, '', deployment_id from lockstep.migrations where id = '003_call';
    delete from lockstep.migrations where id = '003_call'`);
  await expect(deployFolder(folder, database.url)).rejects.toMatchObject({
    code: "DEPLOY.IN_DOUBT",
  });
  const { ports, project } = await deployerOf(folder, database.url);
  const listed = await repair(ports, { project, repairs: [] });
  expect(listed.inDoubt.map(({ id }) => id)).toEqual(["003_call"]);
  await repair(ports, { project, repairs: [{ kind: "statement-done", id: "003_call" }] });
  await deployFolder(folder, database.url);
  expect(await database.query("select count(*)::int as n from a where id = 9")).toEqual([{ n: 1 }]);
  expect((await deployFolder(folder, database.url)).outcome).toBe("nothing-to-do");
});

test("a baseline that was cut off half loaded is gone on with", async () => {
  const database = await testDatabase();
  const folder = await folderWith({
    "schema.sql":
      "-- Includes migrations up to: 001_a\ncreate table a (id int);\ncreate index concurrently on a (id);\ncreate table b (id int);\nselect 1/0;\n",
    "migrations/001_a.sql": "create table a (id int);",
  });
  await expect(deployFolder(folder, database.url)).rejects.toMatchObject({ sqlState: "22012" });
  await writeFiles(folder, {
    "schema.sql":
      "-- Includes migrations up to: 001_a\ncreate table a (id int);\ncreate index concurrently on a (id);\ncreate table b (id int);\n",
  });
  const report = await deployFolder(folder, database.url);
  expect([report.strategy, report.included]).toEqual(["baseline-then-migrate", ["001_a"]]);
  expect(
    await database.query("select count(*)::int as n from pg_index where indrelid = 'a'::regclass"),
  ).toEqual([{ n: 1 }]);
});
