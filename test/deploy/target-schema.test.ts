/** `?schema=` in the URL, with Prisma's meaning: unqualified names of the project's files live there. */
import { expect, test } from "vitest";
import { testDatabase, testRole } from "../support/database.ts";
import { deployFolder } from "../support/deploy.ts";
import { folderWith } from "../support/folders.ts";

const files = {
  "migrations/001_a.sql": "create table a (id int);\ncreate index concurrently a_id on a (id);\n",
  "migrations/002_b.sql": "create view b as select id from a;\n",
};

test.each([14, 18] as const)(
  "on %i the schema is made, and unqualified names mean it",
  async (major) => {
    const database = await testDatabase(major);
    const folder = await folderWith(files);
    const url = `${database.url}${database.url.includes("?") ? "&" : "?"}schema=My%20%22App`;
    await deployFolder(folder, url);
    const found = await database.query(
      'select relname from pg_class where relnamespace = to_regnamespace(\'"My ""App"\') order by 1',
    );
    expect(found).toEqual([{ relname: "a" }, { relname: "a_id" }, { relname: "b" }]);
    expect((await deployFolder(folder, url)).outcome).toBe("nothing-to-do");
  },
);

test("a search_path in the project's own settings is nearer", async () => {
  const database = await testDatabase();
  const folder = await folderWith({
    ...files,
    "lockstep.config.json": '{"settings":{"search_path":"public"}}',
  });
  await deployFolder(folder, `${database.url}?schema=app`);
  expect(await database.query("select to_regclass('public.a')::text as name")).toEqual([
    { name: "a" },
  ]);
});

test("a role that may not make the schema hears it before anything is changed", async () => {
  const database = await testDatabase();
  const role = await testRole(database.major, "login password 'x'");
  await database.run(`create schema lockstep authorization ${role}`);
  const url = new URL(database.url);
  Object.assign(url, { username: role, password: "x", search: "schema=app" });
  const refused = deployFolder(await folderWith(files), url.href);
  await expect(refused).rejects.toMatchObject({ code: "PREFLIGHT.PRIVILEGE" });
  expect(
    await database.query("select from pg_class where relnamespace = 'lockstep'::regnamespace"),
  ).toEqual([]);
});
