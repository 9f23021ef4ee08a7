/** What was edited, is missing or sorts before what is applied is never passed over in silence. */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { testDatabase, type TestDatabase } from "../support/database.ts";
import { deployFolder } from "../support/deploy.ts";
import { folderWith, writeFiles } from "../support/folders.ts";

async function deployed(): Promise<{ database: TestDatabase; folder: string }> {
  const database = await testDatabase();
  const folder = await folderWith({
    "migrations/001_a.sql": "create table a (id int);\ncreate table b (id int);\n",
    "migrations/003_c.sql": "create table c (id int);\n",
  });
  await deployFolder(folder, database.url);
  return { database, folder };
}

test("comments and white space are healed with a note", async () => {
  const { database, folder } = await deployed();
  await writeFiles(folder, {
    "migrations/001_a.sql": "-- A\r\ncreate table a ( id int );\r\nCREATE TABLE b (id int)",
  });
  const report = await deployFolder(folder, database.url);
  expect(report.notes.map(({ code }) => code)).toEqual(["PLAN.HEALED"]);
  expect((await deployFolder(folder, database.url)).outcome).toBe("nothing-to-do");
  const events = await database.query(
    "select event from lockstep.events order by position desc limit 1",
  );
  expect(events).toEqual([{ event: "healed" }]);
});

test("an edit of meaning is refused with the statements that changed, until it is allowed", async () => {
  const { database, folder } = await deployed();
  await writeFiles(folder, {
    "migrations/001_a.sql": "create table a (id int);\ncreate table b (id bigint);\n",
  });
  await expect(deployFolder(folder, database.url)).rejects.toMatchObject({
    code: "PLAN.EDITED",
    where: { file: "migrations/001_a.sql", line: 2 },
    notes: ["001_a:", "- create table b (id int);", "+ create table b (id bigint);"],
  });
  const allowed = await deployFolder(folder, database.url, { allowEdited: ["001_a"] });
  expect(allowed.applied).toEqual([]);
  expect((await deployFolder(folder, database.url)).outcome).toBe("nothing-to-do");
});

test("a migration that sorts before an applied one is refused, until it is allowed", async () => {
  const { database, folder } = await deployed();
  await writeFiles(folder, { "migrations/002_late.sql": "create table late (id int);" });
  await expect(deployFolder(folder, database.url)).rejects.toMatchObject({
    code: "PLAN.OUT_OF_ORDER",
    where: { file: "migrations/002_late.sql" },
  });
  const report = await deployFolder(folder, database.url, { allowOutOfOrder: true });
  expect(report.applied.map(({ id }) => id)).toEqual(["002_late"]);
});

test("a file that is gone is refused, until it is allowed", async () => {
  const { database, folder } = await deployed();
  await rm(join(folder, "migrations/001_a.sql"));
  await writeFiles(folder, { "migrations/004_d.sql": "create table d (id int);" });
  await expect(deployFolder(folder, database.url)).rejects.toMatchObject({
    code: "PLAN.FILE_MISSING",
  });
  const report = await deployFolder(folder, database.url, { allowMissing: true });
  expect(report.applied.map(({ id }) => id)).toEqual(["004_d"]);
});

test("--to stops behind the migration that it names", async () => {
  const database = await testDatabase();
  const folder = await folderWith({
    "migrations/001_a.sql": "create table a (id int);",
    "migrations/002_b.sql": "create table b (id int);",
  });
  const report = await deployFolder(folder, database.url, { to: "001_a" });
  expect(report.applied.map(({ id }) => id)).toEqual(["001_a"]);
  await expect(deployFolder(folder, database.url, { to: "001_x" })).rejects.toMatchObject({
    code: "PLAN.UNKNOWN_ID",
  });
});

test("a ledger of a newer lockstep is not touched", async () => {
  const { database, folder } = await deployed();
  await database.run(
    "insert into lockstep.ledger_versions (version, tool_version) values (999, '9.0.0')",
  );
  await expect(deployFolder(folder, database.url)).rejects.toMatchObject({ code: "LEDGER.NEWER" });
});
