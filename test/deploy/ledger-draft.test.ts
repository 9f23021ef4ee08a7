/** The ledger of an empty database is made while the files are read, in a transaction that stays open until they are. */
import { expect, test } from "vitest";
import { testDatabase } from "../support/database.ts";
import { deployFolder } from "../support/deploy.ts";
import { folderWith } from "../support/folders.ts";

const hasLedger = "select to_regnamespace('lockstep') is not null as ledger";

for (const major of [14, 18]) {
  test(`files that are refused leave no ledger behind, and no lock (${major})`, async () => {
    const database = await testDatabase(major);
    const folder = await folderWith({
      "migrations/001_a.sql": "create table a (id int);",
      "migrations/002_b.sql": "create table b (id int;",
    });
    await expect(deployFolder(folder, database.url)).rejects.toMatchObject({ code: "SQL.SYNTAX" });
    expect(await database.query(hasLedger)).toEqual([{ ledger: false }]);
    const locks = await database.query(
      "select from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())",
    );
    expect(locks).toEqual([]);
  });
}

// A server's answer of "syntax error" would end the transaction that the ledger is drafted in.
test("a statement that only the server takes is asked about, whatever was drafted, and so is one that it refuses", async () => {
  const database = await testDatabase(14);
  const taken = "create table a (system_user text);";
  const refused = await folderWith({
    "migrations/001_a.sql": taken,
    "migrations/002_b.sql": "create index on on a;",
    "migrations/003_c.sql": "create table c (merge_action text, system_user text);",
  });
  await expect(deployFolder(refused, database.url)).rejects.toMatchObject({ code: "SQL.SYNTAX" });
  expect(await database.query(hasLedger)).toEqual([{ ledger: false }]);
  const folder = await folderWith({
    "migrations/001_a.sql": taken,
    "migrations/002_b.sql": "create table b (system_user text);",
  });
  const { applied } = await deployFolder(folder, database.url);
  expect(applied.map(({ id }) => id)).toEqual(["001_a", "002_b"]);
});

test("a schema that was made for the ledger is used: the draft fails, and nobody hears of it", async () => {
  const database = await testDatabase();
  await database.run("create schema lockstep");
  const folder = await folderWith({ "migrations/001_a.sql": "create table a (id int);" });
  const { applied } = await deployFolder(folder, database.url);
  expect(applied.map(({ id }) => id)).toEqual(["001_a"]);
  expect(await database.query("select id from lockstep.migrations")).toEqual([{ id: "001_a" }]);
});

test("the plan's statements run with the project's own search_path, not with the draft's", async () => {
  const database = await testDatabase();
  const folder = await folderWith({
    "migrations/001_a.sql":
      "create table a (path text default current_setting('search_path'));\ninsert into a default values;",
  });
  await deployFolder(folder, database.url);
  expect(await database.query("select path from public.a")).toEqual([{ path: '"$user", public' }]);
});
