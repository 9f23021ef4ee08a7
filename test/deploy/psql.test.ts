/** Files of psql's dialect, deployed by the driver alone. */
import { expect, test } from "vitest";
import { testDatabase } from "../support/database.ts";
import { deployFolder } from "../support/deploy.ts";
import { folderWith, writeFiles } from "../support/folders.ts";

test("variables, includes, COPY blocks and pg_dump's habits run in one transaction with the ledger", async () => {
  const database = await testDatabase();
  const folder = await folderWith({
    "migrations/001_dump.sql": `\\restrict abc
SET client_encoding = 'UTF8';
SELECT pg_catalog.set_config('search_path', '', false);
CREATE TABLE public.people (id integer NOT NULL, name text);
COPY public.people (id, name) FROM stdin;
1\tAda
2\tBob\\nBuilder
\\.
ALTER TABLE ONLY public.people ADD CONSTRAINT people_pkey PRIMARY KEY (id);
\\unrestrict abc
`,
    "migrations/002_variables.sql": `\\set tbl 'more people'
\\set who 'O''Hara'
create table :"tbl" (name text);
insert into :"tbl" values (:'who');
\\echo done
\\ir parts/more.sql
`,
    "migrations/parts/more.sql": "create table from_part (id int);\n",
    "migrations/003_dynamic.sql": `select count(*) as n, exists (select from people where id = 1) as has_ada from people \\gset
\\if :has_ada
insert into people values (:n + 1, 'Cy');
\\else
select 1/0;
\\endif
`,
  });
  const report = await deployFolder(folder, database.url);
  expect(report.applied.map(({ id }) => id)).toEqual(["001_dump", "002_variables", "003_dynamic"]);
  const people = await database.query("select id, name from people order by id");
  expect(people).toEqual([
    { id: 1, name: "Ada" },
    { id: 2, name: "Bob\nBuilder" },
    { id: 3, name: "Cy" },
  ]);
  expect(await database.query('select * from "more people"')).toEqual([{ name: "O'Hara" }]);
  expect(await database.query("select from from_part")).toEqual([]);
  expect((await deployFolder(folder, database.url)).outcome).toBe("nothing-to-do");
});

test("an error in a statement with values put in is shown at its place in the file", async () => {
  const database = await testDatabase();
  const folder = await folderWith({
    "migrations/001_a.sql": `\\set tbl a_rather_long_name
create table :tbl (id int);

insert into :tbl (id)
  values (1), (nope);
`,
  });
  await expect(deployFolder(folder, database.url)).rejects.toMatchObject({
    code: "DEPLOY.STATEMENT_FAILED",
    where: { file: "migrations/001_a.sql", line: 5, column: 16 },
  });
});

test("a syntax error in the last file stops the deploy before the first statement of the first", async () => {
  const database = await testDatabase();
  const folder = await folderWith({
    "migrations/001_a.sql": "create table a (id int);",
    "migrations/002_b.sql": "create table b (id int);\n\ncreate tabel c (id int);\n",
  });
  await expect(deployFolder(folder, database.url)).rejects.toMatchObject({
    code: "SQL.SYNTAX",
    where: { file: "migrations/002_b.sql", line: 3, column: 8 },
  });
  expect(await database.query("select from pg_class where relname in ('a', 'b')")).toEqual([]);
});

test("what only an older server takes is asked of it", async () => {
  const database = await testDatabase(14);
  const folder = await folderWith({
    "migrations/001_a.sql": "create table a (system_user text);\ncreate index on a (system_user);",
  });
  await deployFolder(folder, database.url);
  expect(await database.query("select system_user from a")).toEqual([]);
  const bad = await folderWith({
    "migrations/001_a.sql": "create table a (system_user text);\ncreate index on on a;",
  });
  const other = await testDatabase(14);
  await expect(deployFolder(bad, other.url)).rejects.toMatchObject({ code: "SQL.SYNTAX" });
});

test("a name that the server cut is told in the error that comes of it", async () => {
  const database = await testDatabase();
  const long = "a".repeat(63);
  const folder = await folderWith({
    "migrations/001_a.sql": `create table ${long}1 (id int);\ncreate table ${long}2 (id int);\n`,
  });
  await expect(deployFolder(folder, database.url)).rejects.toMatchObject({
    code: "DEPLOY.STATEMENT_FAILED",
    where: { line: 2 },
    notes: expect.arrayContaining([
      `HINT: The name ${long}2 is longer than 63 bytes; the server makes it ${long}.`,
    ]),
  });
});

test("each of the statements that \\; joins is judged on its own", async () => {
  const database = await testDatabase();
  const folder = await folderWith({
    "migrations/001_a.sql":
      "create table a (id int)\\; insert into a values (1)\\; create type kind as enum ('x');\n" +
      "begin\\; alter type kind add value 'y'\\; commit;\n",
    "migrations/002_b.sql": "select 1\\; create index concurrently a_id on a (id);\n",
  });
  await expect(deployFolder(folder, database.url)).rejects.toMatchObject({
    code: "PLAN.TRANSACTION_CONTROL",
    where: { file: "migrations/002_b.sql", line: 1, column: 12 },
  });
  await writeFiles(folder, {
    "migrations/002_b.sql": "select 1;\ncreate index concurrently a_id on a (id);\n",
  });
  await deployFolder(folder, database.url);
  expect(await database.query("select enum_range(null::kind)::text as kinds from a")).toEqual([
    { kinds: "{x,y}" },
  ]);
  expect(await database.query("select to_regclass('a_id')::text as name")).toEqual([
    { name: "a_id" },
  ]);
});
