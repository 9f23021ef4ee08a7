/** What an export and an import have to say besides doing it: each finding by its code and object. */
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
