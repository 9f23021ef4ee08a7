/** Files as the tools want them that a project used before: each means here what it meant there. */
import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import { expect, test } from "vitest";
import { testDatabase, type TestDatabase } from "../support/database.ts";
import { deployFolder } from "../support/deploy.ts";
import { deploy, status } from "../../src/index.ts";
import { folderWith, writeFiles } from "../support/folders.ts";
import { bareEnvironment, runLockstep } from "../support/lockstep.ts";

test("a DO block that commits runs alone, without a word that asks for it", async () => {
  const database = await testDatabase();
  const folder = await folderWith({
    "migrations/001_a.sql": `create table a (id integer);
do $$ begin for n in 1..3 loop insert into a values (n); commit; end loop; end $$;
alter table a add b integer;\n`,
  });
  expect((await deployFolder(folder, database.url)).outcome).toBe("deployed");
  expect(
    await database.query(
      "select count(*)::int as rows, count(distinct xmin::text)::int as writers from a",
    ),
  ).toEqual([{ rows: 3, writers: 3 }]);
});

test("a DO block that commits can't stand in a file's own transaction", async () => {
  const database = await testDatabase();
  const folder = await folderWith({
    "migrations/001_a.sql": "begin;\ndo $$ begin commit; end $$;\ncommit;\n",
  });
  await expect(deployFolder(folder, database.url)).rejects.toMatchObject({
    code: "PLAN.TRANSACTION_CONTROL",
    where: { line: 2 },
  });
});

test("COMMIT before BEGIN is for a runner that has a transaction around the file: the last block counts", async () => {
  const database = await testDatabase();
  const folder = await folderWith({
    "migrations/001_a.sql": `-- +migrate Up
create table a (id integer);
commit;
begin;
insert into a values (1);
-- +migrate Down
drop table a;
`,
  });
  await deployFolder(folder, database.url);
  expect(await database.query("select id from a")).toEqual([{ id: 1 }]);
  const left = await folderWith({ "migrations/001_b.sql": "begin;\ncreate table b ();\n" });
  const other = await testDatabase();
  await expect(deployFolder(left, other.url)).rejects.toMatchObject({
    code: "PLAN.TRANSACTION_CONTROL",
  });
});

test("who reaches for another tool's history is told whose it is", async () => {
  const database = await testDatabase();
  const folder = await folderWith({
    "migrations/001_a.sql": "delete from public._sqlx_migrations where version = 7;\n",
  });
  await expect(deployFolder(folder, database.url)).rejects.toMatchObject({
    code: "DEPLOY.STATEMENT_FAILED",
    notes: expect.arrayContaining([
      "HINT: sqlx keeps its history there; a database that lockstep made has no such table. Leave the statement out, or run it only where to_regclass finds the table.",
    ]),
  });
});

test("a mark that is no comment of PostgreSQL's is left out, and errors have their lines all the same", async () => {
  const database = await testDatabase();
  const folder = await folderWith({
    "migrations/1.sql": "# --- !Ups\ncreate table a (id integer);\n\n# --- !Downs\ndrop table a;\n",
    "migrations/2.sql": "# Phones\n\n# --- !Ups\n\nalter table missing add b integer;\n",
  });
  await expect(deployFolder(folder, database.url)).rejects.toMatchObject({
    code: "DEPLOY.STATEMENT_FAILED",
    where: { file: "migrations/2.sql", line: 5 },
  });
  expect(await database.query("select to_regclass('a')::text as name")).toEqual([{ name: "a" }]);
});

test("what an old pg_dump wrote is deployed, with standard_conforming_strings off", async () => {
  const database = await testDatabase();
  const folder = await folderWith({
    "schema.sql": `SET client_encoding = 'UTF8';
SET standard_conforming_strings = off;
SET escape_string_warning = off;
CREATE TABLE a (id integer, name text DEFAULT 'nobody');
COPY a (id, name) FROM stdin;
1	a\\\\b
\\.
`,
  });
  await deployFolder(folder, database.url);
  expect(await database.query("select id, name from a")).toEqual([{ id: 1, name: "a\\b" }]);
});

test("a backslash is a backslash in a database that has standard_conforming_strings off", async () => {
  const database = await testDatabase();
  await database.query(`alter database "${database.name}" set standard_conforming_strings = off`);
  const folder = await folderWith({
    "migrations/001_paths.sql":
      "create table paths as select 'C:\\'::text as root, '\\n;' as rest;\n",
  });
  await deployFolder(folder, database.url);
  expect(await database.query("select root, rest from paths")).toEqual([
    { root: "C:\\", rest: "\\n;" },
  ]);
});

test("psql's own variables say where it is connected", async () => {
  const database = await testDatabase();
  const folder = await folderWith({
    "migrations/001_a.sql": `alter database :DBNAME set app.name = 'x';
create table a as select :'DBNAME'::text as name, :SERVER_VERSION_NUM >= 140000 as known;
\\if :{?USER}
comment on table a is 'somebody';
\\endif
`,
  });
  await deployFolder(folder, database.url);
  expect(
    await database.query(
      "select name = current_database() as here, known, obj_description('a'::regclass) as comment from a",
    ),
  ).toEqual([{ here: true, known: true, comment: "somebody" }]);
});

test.each([
  "migrations/default/1610000000000_a/up.sql",
  "migrations/scripts/20250101000000_a.sql",
  "conf/evolutions/default/1.sql",
  "src/main/resources/db/migration/V1__a.sql",
  "resources/migrations/20250101000000-a.up.sql",
  "priv/repo/migrations/20250101000000_a.sql",
  "internal/db/migrations/000001_a.up.sql",
])("%s is found without a config", async (path) => {
  const folder = await folderWith({ [path]: "create table a ();\n" });
  const database = await testDatabase();
  expect((await deployFolder(folder, database.url)).applied).toHaveLength(1);
});

test("a folder with migrations of one database below, and one of another's files, are refused with what to write", async () => {
  const { url } = await testDatabase();
  const below = await folderWith({ "migrations/shop/1610000000000_a/up.sql": "select 1;" });
  await expect(deployFolder(below, url)).rejects.toMatchObject({
    code: "PLAN.EMPTY_PROJECT",
    next: expect.stringContaining('{ "migrations": "migrations/shop" }'),
  });
  const other = await folderWith({ "migrations/01_a.json": '{ "operations": [] }' });
  await expect(deployFolder(other, url)).rejects.toMatchObject({ code: "PLAN.EMPTY_PROJECT" });
});

test("a file that asks for values gets them or is refused", async () => {
  const database = await testDatabase();
  const folder = await folderWith({
    "migrations/00001_a.sql":
      "-- +goose Up\n-- +goose ENVSUB ON\ncreate table a (region text default '${REGION}');\n",
  });
  await expect(deployFolder(folder, database.url)).rejects.toMatchObject({
    code: "SQL.VARIABLE_UNKNOWN",
    where: { line: 3 },
  });
  const { url } = database;
  await deploy({
    project: folder,
    url,
    environment: bareEnvironment(),
    variables: { REGION: "eu" },
  });
  await database.run("insert into a default values");
  expect(await database.query("select region from a")).toEqual([{ region: "eu" }]);
});

test.each([
  ["--changeset ada:2 dbms:mysql,h2", 4],
  ["--changeset ada:2 ignore:true", 4],
  ["--changeset ada:2 dbms:!postgresql", 4],
  ["--changeset ada:2\n--preconditions onFail:MARK_RAN", 5],
])("a changeset that another tool would leave out is refused: %s", async (condition, line) => {
  const database = await testDatabase();
  const folder = await folderWith({
    "migrations/001_a.sql": `--liquibase formatted sql\n--changeset ada:1 dbms:"postgresql, h2"\ncreate table a ();\n${condition}\ncreate table b ();\n`,
  });
  await expect(deployFolder(folder, database.url)).rejects.toMatchObject({
    code: "PROJECT.CONDITION",
    where: { file: "migrations/001_a.sql", line },
    state: "nothing was changed",
  });
  await writeFiles(folder, {
    "migrations/001_a.sql":
      "--liquibase formatted sql\n--changeset ada:1 dbms:!mysql context:x\ncreate table a ();\n--rollback drop table a;\n",
  });
  await deployFolder(folder, database.url);
  expect(await database.query("select to_regclass('a') is not null as there")).toEqual([
    { there: true },
  ]);
});

test("a program for another tool's builder is told what it is given here", async () => {
  const database = await testDatabase();
  const folder = await folderWith({
    "migrations/001_a.cjs": "exports.up = async (builder) => { builder.createTable('a'); };\n",
  });
  await expect(deployFolder(folder, database.url)).rejects.toMatchObject({
    code: "DEPLOY.DATA_FAILED",
    notes: expect.arrayContaining([expect.stringContaining("query(text, values)")]),
  });
});

test("a statement that commits, in a file that asks the server, is told to go into a file of its own", async () => {
  const database = await testDatabase();
  const folder = await folderWith({
    "migrations/001_p.sql": "create procedure p() language plpgsql as $$ begin commit; end $$;\n",
    "migrations/002_a.sql": "-- no-transaction\nselect 1 as x \\gset\ncall p();\n",
  });
  await expect(deployFolder(folder, database.url)).rejects.toMatchObject({
    sqlState: "2D000",
    where: { file: "migrations/002_a.sql", line: 3 },
    notes: expect.arrayContaining([expect.stringContaining("a file of its own")]),
  });
});

test("a file that drops the ledger fails as such", async () => {
  const database = await testDatabase();
  const folder = await folderWith({ "migrations/001_a.sql": "drop schema lockstep cascade;\n" });
  await expect(deployFolder(folder, database.url)).rejects.toMatchObject({
    notes: expect.arrayContaining([expect.stringContaining("lockstep keeps its ledger there")]),
  });
});

test("a role's limit on statements is no limit of a command that only reads", async () => {
  const database = await testDatabase();
  const folder = await folderWith({ "migrations/001_a.sql": "create table a ();\n" });
  await deployFolder(folder, database.url);
  await database.run(`alter database ${database.name} set statement_timeout = '500ms'`);
  const options = { project: folder, url: database.url, environment: bareEnvironment() };
  const [told] = await whileHeld(database, "lockstep.migrations", () => status(options));
  expect(told).toMatchObject({ isUpToDate: true });
  const { url } = database;
  const fingerprint = () =>
    runLockstep(["fingerprint", "live"], { cwd: folder, env: { DATABASE_URL: url } });
  const [run] = await whileHeld(database, "pg_catalog.pg_description", fingerprint);
  expect(run).toMatchObject({ exitCode: 0 });
});

/** What `work` gives where its read of `table` waits for a second. */
async function whileHeld<T>(database: TestDatabase, table: string, work: () => Promise<T>) {
  const holder = await database.connect();
  await holder.query("set statement_timeout = 0");
  await holder.query(`begin; lock table ${table} in access exclusive mode`);
  return Promise.all([work(), release(holder, table)]);
}

async function release(holder: pg.Client, table: string): Promise<void> {
  const waiting = `select from pg_catalog.pg_locks where not granted and relation = '${table}'::regclass`;
  while ((await holder.query(waiting)).rowCount === 0) await sleep(20);
  await sleep(1000);
  await holder.end();
}
