/** Every row of the decision table, end to end on a real server. */
import { expect, test } from "vitest";
import { adopt } from "../../src/deploy/adopt.ts";
import { status } from "../../src/deploy/status.ts";
import { verify } from "../../src/deploy/verify.ts";
import { testDatabase, type TestDatabase } from "../support/database.ts";
import { deployerOf, deployFolder } from "../support/deploy.ts";
import { folderWith, writeFiles } from "../support/folders.ts";

const schema = {
  "schema.sql":
    "-- Schema Version: 1.0.0\n-- Includes migrations up to: 002_b\ncreate table a (id int, b int);\n",
};
const migrations = {
  "migrations/001_a.sql": "create table a (id int);\n",
  "migrations/002_b.sql": "alter table a add b int;\n",
};
const third = { "migrations/003_c.sql": "alter table a add c int;\n" };
const baselineOnly = {
  "schema.sql": "-- Schema Version: 1.0.0\ncreate table a (id int, b int);\n",
  "lockstep.config.json": '{"baseline": "schema.sql"}',
};

async function columns(database: TestDatabase): Promise<unknown> {
  const rows = await database.query(
    "select attname from pg_attribute where attrelid = 'a'::regclass and attnum > 0 order by attnum",
  );
  return rows.map((row) => row["attname"]);
}

test("baseline only, empty: it is loaded", async () => {
  const database = await testDatabase();
  const report = await deployFolder(await folderWith(baselineOnly), database.url);
  expect([report.outcome, report.strategy]).toEqual(["deployed", "load-baseline"]);
  expect(await columns(database)).toEqual(["id", "b"]);
});

test("a baseline beside an empty migrations folder is one alone: another schema is drift, and status says so", async () => {
  const database = await testDatabase();
  const folder = await folderWith({ ...baselineOnly, "migrations/.gitkeep": "" });
  expect((await deployFolder(folder, database.url)).outcome).toBe("deployed");
  expect((await deployFolder(folder, database.url)).outcome).toBe("nothing-to-do");
  const changed = baselineOnly["schema.sql"].replace("b int", "b int, c int");
  await writeFiles(folder, { "schema.sql": changed });
  await expect(deployFolder(folder, database.url)).rejects.toMatchObject({
    code: "PLAN.BASELINE_CHANGED",
  });
  const { ports, project } = await deployerOf(folder, database.url);
  expect((await verify(ports, { project })).findings).toMatchObject([
    { code: "PLAN.BASELINE_CHANGED", severity: "error" },
  ]);
  // From then on migrations are what is lacking.
  await writeFiles(folder, { "migrations/001_c.sql": "alter table a add c int;" });
  expect((await deployFolder(folder, database.url)).outcome).toBe("deployed");
});

test("baseline only, our ledger: the same does nothing, white space heals, another schema is drift", async () => {
  const database = await testDatabase();
  const folder = await folderWith(baselineOnly);
  await deployFolder(folder, database.url);
  expect((await deployFolder(folder, database.url)).outcome).toBe("nothing-to-do");
  const text = baselineOnly["schema.sql"];
  await writeFiles(folder, { "schema.sql": text.replace("(id int", "( id  int") });
  const healed = await deployFolder(folder, database.url);
  expect([healed.outcome, healed.applied]).toEqual(["deployed", []]);
  expect((await deployFolder(folder, database.url)).outcome).toBe("nothing-to-do");
  await writeFiles(folder, { "schema.sql": text.replace("b int", "b int, c int") });
  await expect(deployFolder(folder, database.url)).rejects.toMatchObject({
    code: "PLAN.BASELINE_CHANGED",
  });
});

test("migrations only, empty and with our ledger: what is lacking, in order", async () => {
  const database = await testDatabase();
  const folder = await folderWith(migrations);
  const fresh = await deployFolder(folder, database.url);
  expect(fresh.applied.map(({ id }) => id)).toEqual(["001_a", "002_b"]);
  await writeFiles(folder, third);
  const later = await deployFolder(folder, database.url);
  expect([later.strategy, later.applied.map(({ id }) => id)]).toEqual(["migrate", ["003_c"]]);
});

test("baseline and migrations, empty: the baseline, its included recorded, then the rest", async () => {
  const database = await testDatabase();
  const folder = await folderWith({ ...schema, ...migrations, ...third });
  const { ports, project } = await deployerOf(folder, database.url);
  const before = await status(ports, { project });
  expect(before.pending.map(({ id }) => id)).toEqual(["@baseline", "003_c"]);
  const report = await deployFolder(folder, database.url);
  expect(report.strategy).toBe("baseline-then-migrate");
  expect(report.included).toEqual(["001_a", "002_b"]);
  expect(await columns(database)).toEqual(["id", "b", "c"]);
});

test("baseline and migrations, our ledger: what is lacking", async () => {
  const database = await testDatabase();
  await deployFolder(await folderWith(migrations), database.url);
  const report = await deployFolder(
    await folderWith({ ...schema, ...migrations, ...third }),
    database.url,
  );
  expect([report.strategy, report.applied.map(({ id }) => id)]).toEqual(["migrate", ["003_c"]]);
});

test("a baseline that stands for migrations which are gone and not applied is refused", async () => {
  const database = await testDatabase();
  await deployFolder(
    await folderWith({ "migrations/001_a.sql": migrations["migrations/001_a.sql"] }),
    database.url,
  );
  const squashed = await folderWith({ ...schema, ...third });
  await expect(deployFolder(squashed, database.url)).rejects.toMatchObject({
    code: "PLAN.BASELINE_GAP",
  });
});

test("objects and no ledger: refused whatever the files are, and adopted on request", async () => {
  const database = await testDatabase();
  await database.run("create table a (id int)");
  const folder = await folderWith({ ...migrations, ...third });
  await expect(deployFolder(folder, database.url)).rejects.toMatchObject({
    code: "LEDGER.ABSENT",
    notes: ["there are, among others: table public.a"],
    state: "nothing was changed",
  });
  expect(await database.query("select from pg_namespace where nspname = 'lockstep'")).toEqual([]);
  const { ports, project } = await deployerOf(folder, database.url);
  await expect(adopt(ports, { project, applied: { upTo: "009" } })).rejects.toMatchObject({
    code: "PLAN.UNKNOWN_ID",
  });
  const adopted = await adopt(ports, { project, applied: { upTo: "001_a" } });
  expect([adopted.adopted, adopted.pending]).toEqual([["001_a"], ["002_b", "003_c"]]);
  await expect(adopt(ports, { project, applied: "all" })).rejects.toMatchObject({
    code: "LEDGER.PRESENT",
  });
  await deployFolder(folder, database.url);
  expect(await columns(database)).toEqual(["id", "b", "c"]);
});

test("an empty database can't be adopted", async () => {
  const database = await testDatabase();
  const { ports, project } = await deployerOf(await folderWith(migrations), database.url);
  await expect(adopt(ports, { project, applied: "all" })).rejects.toMatchObject({
    code: "PLAN.CONFLICT",
  });
});

test("extensions and empty schemas do not make a database foreign", async () => {
  const database = await testDatabase();
  await database.run("create extension hstore; create schema app");
  expect((await deployFolder(await folderWith(migrations), database.url)).outcome).toBe("deployed");
});

test("RUN_MIGRATIONS=false looks only: verified, pending, and a schema from elsewhere", async () => {
  const database = await testDatabase();
  const folder = await folderWith(migrations);
  const empty = await deployFolder(folder, database.url, { verifyOnly: true });
  expect([empty.outcome, empty.pending]).toEqual(["differs", ["001_a", "002_b"]]);
  expect(await database.query("select from pg_namespace where nspname = 'lockstep'")).toEqual([]);
  await deployFolder(folder, database.url);
  expect((await deployFolder(folder, database.url, { verifyOnly: true })).outcome).toBe("verified");
  const elsewhere = await testDatabase();
  await elsewhere.run("create table a (id int)");
  const foreign = await deployFolder(folder, elsewhere.url, { verifyOnly: true });
  expect([foreign.outcome, foreign.notes[0]?.severity]).toEqual(["verified", "warning"]);
});

test("a project without any files is refused", async () => {
  const database = await testDatabase();
  await expect(
    deployFolder(await folderWith({ "README.md": "x" }), database.url),
  ).rejects.toMatchObject({
    code: "PLAN.EMPTY_PROJECT",
  });
});

test("a folder of SQL files that nobody can put in order is refused, and not deployed as nothing", async () => {
  const database = await testDatabase();
  const folder = await folderWith({
    "migrations/add_phone.sql": "select 1;",
    "migrations/add_mail.sql": "select 1;",
  });
  await expect(deployFolder(folder, database.url)).rejects.toMatchObject({
    code: "PLAN.EMPTY_PROJECT",
    message: "migrations holds 2 files, and none of them is taken as a migration",
    where: { file: "migrations/add_mail.sql" },
  });
});
