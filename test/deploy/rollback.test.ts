/** The way back: by down files, all or nothing, recorded. */
import { expect, test } from "vitest";
import { rollback } from "../../src/deploy/rollback.ts";
import { testDatabase } from "../support/database.ts";
import { deployerOf, deployFolder } from "../support/deploy.ts";
import { folderWith } from "../support/folders.ts";

const files = {
  "migrations/001_a.sql": "create table a (id int);",
  "migrations/002_b.sql": "create table b (id int);\ncreate index concurrently b_id on b (id);",
  "migrations/002_b.down.sql": "drop index concurrently b_id;\ndrop table b;",
  "migrations/003_c.sql": "create table c (id int);",
  "migrations/003_c.down.sql": "drop table c;",
};

test("the newest goes back, is recorded, and can be applied again", async () => {
  const database = await testDatabase();
  const folder = await folderWith(files);
  await deployFolder(folder, database.url);
  const { ports, project } = await deployerOf(folder, database.url);
  const report = await rollback(ports, { project, to: "001_a" });
  expect(report.reverted.map(({ id, direction }) => [id, direction])).toEqual([
    ["003_c", "down"],
    ["002_b", "down"],
  ]);
  expect(await database.query("select id from lockstep.migrations")).toEqual([{ id: "001_a" }]);
  const events = await database.query(
    "select migration_id || ' ' || event as e from lockstep.events order by position",
  );
  expect(events.map(({ e }) => e)).toEqual([
    "001_a applied",
    "002_b applied",
    "003_c applied",
    "003_c reverted",
    "002_b reverted",
  ]);
  expect((await deployFolder(folder, database.url)).applied.map(({ id }) => id)).toEqual([
    "002_b",
    "003_c",
  ]);
});

test("without a way back nothing is touched", async () => {
  const database = await testDatabase();
  const folder = await folderWith(files);
  await deployFolder(folder, database.url);
  const { ports, project } = await deployerOf(folder, database.url);
  await expect(rollback(ports, { project, steps: 3 })).rejects.toMatchObject({
    code: "PLAN.NO_WAY_BACK",
    where: { file: "migrations/001_a.sql" },
    state: "nothing was changed",
  });
  expect(await database.query("select count(*)::int as n from lockstep.migrations")).toEqual([
    { n: 3 },
  ]);
});

test("declining stops before anything is changed", async () => {
  const database = await testDatabase();
  const folder = await folderWith(files);
  await deployFolder(folder, database.url);
  const { ports, project } = await deployerOf(folder, database.url);
  const decline = async (): Promise<void> => {
    throw new RangeError("no");
  };
  await expect(rollback(ports, { project, confirm: decline })).rejects.toThrow("no");
  expect(await database.query("select count(*)::int as n from lockstep.migrations")).toEqual([
    { n: 3 },
  ]);
});
