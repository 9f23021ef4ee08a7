/** What an export and an import have to say besides doing it: each finding by its code and object. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { testDatabase } from "../../support/database.ts";
import { folderWith } from "../../support/folders.ts";
import { runLockstep } from "../../support/lockstep.ts";

test("what is not in an export, and what an import leaves out or does not follow, is said", async () => {
  const from = await testDatabase();
  await from.run(`create table people (id int primary key, email text, gone text);
    create table notes (id int primary key, body text);
    insert into people values (1, 'a@x.org', 'x'), (2, 'b@x.org', null);
    insert into notes values (1, 'n');
    create foreign data wrapper nowhere; create server s foreign data wrapper nowhere;
    create foreign table theirs (id int) server s;
    select lo_create(4711)`);
  const cwd = await folderWith({
    "mask.json": JSON.stringify({ columns: { "people.email": "hash" } }),
  });
  const run = async (words: readonly string[], url: string): Promise<unknown> => {
    const done = await runLockstep(["data", ...words, "--json"], {
      cwd,
      env: { DATABASE_URL: url },
    });
    expect(done.exitCode, done.stderr).toBe(0);
    return (done.json() as { readonly findings: readonly unknown[] }).findings;
  };
  const path = join(cwd, "rows");
  const exported = ["export", "--out", path, "--mask", "mask.json", "--where", "people=id < 2"];
  expect(await run(exported, from.url)).toMatchObject([
    { code: "DATA.FOREIGN_TABLE", severity: "info", object: "public.theirs" },
    { code: "DATA.LARGE_OBJECTS", severity: "warning" },
    { code: "DATA.MASK_KEY", severity: "info" },
    { code: "DATA.FILTERED", severity: "info" },
  ]);
  const to = await testDatabase();
  await to.run(`create table people (id int primary key, email text);
    create materialized view everybody as select * from people`);
  expect(await run(["import", path], to.url)).toMatchObject([
    { code: "DATA.DROPPED", severity: "warning", object: "public.notes" },
    { code: "DATA.DROPPED", severity: "warning", object: "public.people.gone" },
    { code: "DATA.STALE_VIEW", severity: "info", object: "public.everybody" },
  ]);
  expect(await to.query("select count(*)::int as rows from everybody")).toEqual([{ rows: 0 }]);
});

test("what the server does not take of a condition, a mask or a map is told with its table, before there is a file or rows go", async () => {
  const { url, run, query } = await testDatabase();
  await run('create table people (id int primary key, email text, "First name" text)');
  const sql = (expression: string): string =>
    JSON.stringify({ columns: { "people.email": { sql: expression } } });
  const cwd = await folderWith({ "good.json": sql("upper(email)"), "bad.json": sql("up(email)") });
  const env = { DATABASE_URL: url };
  const next = expect.stringContaining('public.people has id, email, "First name".') as unknown;
  const condition = "the condition of public.people: ";
  for (const [words, code, message] of [
    [
      ["--where", "people=nobody < 3"],
      "DATA.COLUMN_UNKNOWN",
      `${condition}column "nobody" does not exist`,
    ],
    [["--where", "people=id ~ 'x'"], "DATA.EXPRESSION", `${condition}operator does not exist`],
    [["--mask", "bad.json"], "DATA.EXPRESSION", "the mask of public.people.email: function up("],
  ] as const) {
    const refused = await runLockstep(["data", "export", "--out", "rows", "--json", ...words], {
      ...{ cwd, env },
    });
    const told = expect.stringContaining(message) as unknown;
    expect(refused.json()).toMatchObject({ error: { code, message: told, next } });
  }
  const words = ["data", "export", "--out", "rows", "--mask", "good.json", "--where"];
  const done = await runLockstep([...words, "people=id > 0 and email is not null"], { cwd, env });
  expect(done.exitCode, done.stderr).toBe(0);
  await query("insert into people values (1, 'there')");
  const map = { expressions: { "people.email": "lower(mail)" } };
  await writeFile(join(cwd, "map.json"), JSON.stringify(map));
  const importing = ["data", "import", "rows", "--map", "map.json", "--existing", "replace"];
  const imported = await runLockstep([...importing, "--json"], { cwd, env });
  expect(imported.json()).toMatchObject({
    error: {
      code: "DATA.COLUMN_UNKNOWN",
      message: 'the expression of public.people.email: column "mail" does not exist',
      state: "nothing was changed",
      next: expect.stringContaining("public.people of the export has id, email,") as unknown,
    },
  });
  expect(await query("select count(*)::int as rows from people")).toEqual([{ rows: 1 }]);
});
