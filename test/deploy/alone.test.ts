/** Statements that run alone, and what is not ours to run: in doubt, watched, split, marked. */
import { expect, test } from "vitest";
import { deploy } from "../../src/deploy/deploy.ts";
import { repair } from "../../src/deploy/repair.ts";
import { testDatabase, type TestDatabase } from "../support/database.ts";
import { deployerOf, deployFolder } from "../support/deploy.ts";
import { folderWith, writeFiles } from "../support/folders.ts";
import { besides } from "../support/targets.ts";

/** As a deployer that was killed while the statement ran would leave it: begun, and nobody heard the answer. */
async function putInDoubt(database: TestDatabase, id: string): Promise<void> {
  await database.run(`insert into lockstep.statements (scope, migration_id, direction, ordinal, state, transactional, meaning_hash, deployment_id)
    select scope, id, 'up', 0, 'started', false, '', deployment_id from lockstep.migrations where id = '${id}';
    delete from lockstep.migrations where id = '${id}'`);
}

test("CREATE DATABASE in doubt is looked up: not run again when it happened, run when it did not", async () => {
  const database = await testDatabase();
  const name = `${database.name}_made`;
  besides(database, name);
  const folder = await folderWith({ "migrations/001_d.sql": `create database ${name};\n` });
  await deployFolder(folder, database.url);
  await putInDoubt(database, "001_d");
  expect((await deployFolder(folder, database.url)).outcome).toBe("deployed");
  await putInDoubt(database, "001_d");
  await database.run(`drop database ${name}`);
  await deployFolder(folder, database.url);
  const found = await database.query("select datname from pg_database where datname = $1", [name]);
  expect(found).toEqual([{ datname: name }]);
});

test("DETACH CONCURRENTLY in doubt is looked up, and an unfinished one is finished", async () => {
  const database = await testDatabase();
  const folder = await folderWith({
    "migrations/001_t.sql":
      "create table t (id int) partition by range (id);\ncreate table t1 partition of t for values from (0) to (9);\n",
    "migrations/002_d.sql": "alter table t detach partition t1 concurrently;\n",
  });
  await deployFolder(folder, database.url);
  await putInDoubt(database, "002_d");
  expect((await deployFolder(folder, database.url)).outcome).toBe("deployed");
  await putInDoubt(database, "002_d");
  await database.run("alter table t attach partition t1 for values from (0) to (9)");
  await database.run(
    "update pg_inherits set inhdetachpending = true where inhrelid = 't1'::regclass",
  );
  await deployFolder(folder, database.url);
  expect(await database.query("select from pg_inherits where inhrelid = 't1'::regclass")).toEqual(
    [],
  );
});

test("what a concurrent build waits for is named while it waits", async () => {
  const database = await testDatabase();
  const folder = await folderWith({ "migrations/001_t.sql": "create table t (id int);" });
  await deployFolder(folder, database.url);
  const holder = await database.connect();
  await holder.query("begin; insert into t values (1)");
  await writeFiles(folder, { "migrations/002_i.sql": "create index concurrently t_id on t (id);" });
  const { ports, project, events } = await deployerOf(folder, database.url);
  const running = deploy(ports, { project });
  const isNamed = (): boolean =>
    events.some(({ event, message }) => {
      return event === "segment.note" && message.includes("insert into t values (1)");
    });
  await expect.poll(isNamed, { timeout: 20_000 }).toBe(true);
  await holder.query("commit");
  expect((await running).outcome).toBe("deployed");
});

test("a baseline that is split is loaded whole, in several transactions", async () => {
  const database = await testDatabase();
  const tables = Array.from({ length: 1_100 }, (_, at) => `create table t${at} (id int);`);
  const folder = await folderWith({
    "schema.sql": tables.join("\n"),
    "lockstep.config.json": '{"baseline": "schema.sql"}',
  });
  const { ports, project } = await deployerOf(folder, database.url);
  const whole = await deploy(ports, { project, planOnly: true });
  const split = await deploy(ports, { project, planOnly: true, splitBaseline: true });
  const count = ({ plan }: typeof whole): number =>
    plan?.units.flatMap((unit) => (unit.kind === "sql" ? unit.segments : [])).length ?? 0;
  expect([count(whole), count(split) > 1]).toEqual([1, true]);
  await deploy(ports, { project, splitBaseline: true });
  const made = await database.query(
    "select count(*)::int as n, count(distinct xmin::text)::int as transactions from pg_class where relname ~ '^t[0-9]+$'",
  );
  expect(made).toEqual([{ n: 1_100, transactions: count(split) }]);
  expect((await deployFolder(folder, database.url)).outcome).toBe("nothing-to-do");
});

test("an external step stops the deploy until somebody marks it done", async () => {
  const database = await testDatabase();
  const folder = await folderWith({
    "migrations/001_a.sql": "create table a (id int);",
    "migrations/002_copy_files.external.md": "Copy the files to the new bucket.",
    "migrations/003_b.sql": "create table b (id int);",
  });
  await expect(deployFolder(folder, database.url)).rejects.toMatchObject({
    code: "DEPLOY.EXTERNAL_STEP",
    notes: ["Copy the files to the new bucket."],
  });
  expect(await database.query("select to_regclass('b') as b")).toEqual([{ b: null }]);
  const { ports, project } = await deployerOf(folder, database.url);
  const id = project.migrations[1]?.id ?? "";
  await repair(ports, { project, repairs: [{ kind: "mark-done", id }] });
  const applied = (await deployFolder(folder, database.url)).applied.map((unit) => unit.id);
  expect(applied).toEqual(["003_b"]);
  const [row] = await database.query("select provenance from lockstep.migrations where id = $1", [
    id,
  ]);
  expect(row).toEqual({ provenance: "external" });
});

test("what commits by itself needs a mark or a body that shows it, and what it committed before it failed is told", async () => {
  const database = await testDatabase();
  const procedure =
    "create table done (n int);\ncreate procedure two() language plpgsql as $$ begin insert into done values (1); commit; " +
    "insert into done values (1 / (select count(*) - 1 from done)); end $$;\n";
  const folder = await folderWith({
    "migrations/001_p.sql": procedure,
    "migrations/002_c.sql": "call two();\n",
  });
  await expect(deployFolder(folder, database.url)).rejects.toMatchObject({
    sqlState: "2D000",
    notes: expect.arrayContaining([expect.stringContaining("-- no-transaction")]),
    state: "001_p is applied; nothing of 002_c was changed",
  });
  await writeFiles(folder, { "migrations/002_c.sql": "-- no-transaction\ncall two();\n" });
  await expect(deployFolder(folder, database.url)).rejects.toMatchObject({
    sqlState: "22012",
    notes: expect.arrayContaining([
      expect.stringContaining("committed by itself before it failed stays"),
    ]),
  });
  expect((await deployFolder(folder, database.url)).outcome).toBe("deployed");
  expect(await database.query("select n from done order by n")).toEqual([
    { n: 1 },
    { n: 1 },
    { n: 1 },
  ]);
});
