/** TypeScript and JavaScript migrations are all loaded and looked at before the first unit of a plan runs. */
import { expect, test } from "vitest";
import { deploy } from "../../src/deploy/deploy.ts";
import { testDatabase } from "../support/database.ts";
import { deployerOf, deployFolder } from "../support/deploy.ts";
import { folderWith, writeFiles } from "../support/folders.ts";

const first = { "migrations/001_t.sql": "create table t (n int);" };
const applied = "select to_regclass('t') is not null as made";

test.each([
  ["has no up", "export async function down() {}", "exports no function named up"],
  ["does not parse", "export async function up(db) {", "can't be loaded"],
  [
    "imports what is not there",
    'import "./absent.mjs";\nexport function up() {}',
    "can't be loaded",
  ],
])("a module that %s stops the deploy before anything is changed", async (_, text, message) => {
  const database = await testDatabase();
  const folder = await folderWith({ ...first, "migrations/002_data.ts": text });
  await expect(deployFolder(folder, database.url)).rejects.toMatchObject({
    code: "DEPLOY.DATA_UNSUPPORTED",
    message: expect.stringContaining(message),
    where: { file: "migrations/002_data.ts" },
  });
  expect(await database.query(applied)).toEqual([{ made: false }]);
});

test("a module that was saved after the project was read does not run", async () => {
  const database = await testDatabase();
  const path = "migrations/002_data.ts";
  const module = (n: number): string =>
    `export async function up(db) { await db.query("insert into t values (${n})"); }`;
  const folder = await folderWith({ ...first, [path]: module(1) });
  const { ports, project } = await deployerOf(folder, database.url);
  await writeFiles(folder, { [path]: module(2) });
  await expect(deploy(ports, { project })).rejects.toMatchObject({
    code: "PROJECT.CHANGED_MEANWHILE",
    where: { file: path },
  });
  expect(await database.query(applied)).toEqual([{ made: false }]);
  await deployFolder(folder, database.url);
  expect(await database.query("select n from t")).toEqual([{ n: 2 }]);
});
