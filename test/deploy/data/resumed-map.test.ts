/** An import that goes on with a mended map: what was loaded by the old one is never taken for loaded by the new one. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { testDatabase, type TestDatabase } from "../../support/database.ts";
import { temporaryFolder } from "../../support/folders.ts";
import { runLockstep } from "../../support/lockstep.ts";

const old = `create table team (id int primary key, name text, lead int);
  create table person (id int primary key, team int references team, fullname text);
  alter table team add foreign key (lead) references person;
  create table visit (id int primary key, person int references person);
  insert into team values (1, 'a', null); insert into person values (1, 1, 'Ann Lee'), (2, null, 'Bo');
  insert into visit values (1, 1), (2, 2)`;

const now = `create table team (id int primary key, name text, lead int);
  create table people (id int primary key, team int references team, first_name text);
  alter table team add foreign key (lead) references people;
  create table visit (id int primary key, person int references people)`;

const map = {
  tables: { person: "people" },
  expressions: { "people.first_name": "split_part(fullname, ' ', 1)" },
};

test("a table that was loaded by another map is named, or loaded anew when asked", async () => {
  const [source, target] = [await testDatabase(), await testDatabase()];
  await source.run(old);
  await target.run(now);
  const folder = await temporaryFolder();
  const run = async (database: TestDatabase, args: readonly string[]): Promise<unknown> => {
    const env = { DATABASE_URL: database.url };
    return (await runLockstep(["data", ...args, "--json"], { env, cwd: folder })).json();
  };
  const importing = async (rules: object, ...flags: readonly string[]): Promise<unknown> => {
    await writeFile(join(folder, "map.json"), JSON.stringify(rules));
    return await run(target, ["import", "rows", "--map", "map.json", "--jobs", "1", ...flags]);
  };
  await run(source, ["export", "--out", "rows"]);
  // Alone, since what it refers to is not mapped.
  expect(await importing({})).toMatchObject({ error: { code: "DATA.ROW" } });
  expect(await target.query("select name from team")).toEqual([{ name: "a" }]);
  const shouting = { ...map, expressions: { ...map.expressions, "team.name": "upper(name)" } };
  expect(await importing(shouting)).toMatchObject({
    error: {
      code: "DATA.OTHER_MAP",
      message: expect.stringContaining("public.team") as unknown,
      data: { tables: ["public.team"] },
    },
  });
  // In one circle with people now, and not loaded twice.
  const done = await importing(map);
  expect(done).toMatchObject({ resumed: true, rows: 5, findings: [] });
  expect(await target.query("select first_name from people order by id")).toEqual([
    { first_name: "Ann" },
    { first_name: "Bo" },
  ]);
  await target.run("truncate team, people, visit");
  expect(await importing({})).toMatchObject({ error: { code: "DATA.ROW" } });
  expect(await importing(shouting, "--existing", "replace")).toMatchObject({ rows: 5 });
  expect(await target.query("select name from team")).toEqual([{ name: "A" }]);
});
