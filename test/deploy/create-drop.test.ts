/** A target's database from its creation to its end, and everything that keeps it from its end. */
import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { create } from "../../src/deploy/create.ts";
import { deploy } from "../../src/deploy/deploy.ts";
import { drop } from "../../src/deploy/drop.ts";
import { administer, testDatabase, testRole, type TestDatabase } from "../support/database.ts";
import { testMajors } from "../support/servers.ts";
import { folderWith } from "../support/folders.ts";
import { besides, targetOf } from "../support/targets.ts";

const files = { "migrations/001_people.sql": "create table people (id int primary key);\n" };
const nameOfDatabase = (): string => `made_${randomBytes(5).toString("hex")}`;

async function exists(database: TestDatabase, name: string): Promise<boolean> {
  return (await database.query("select from pg_database where datname = $1", [name])).length > 0;
}

test.each([...testMajors])("create makes it once, drop ends it once (%i)", async (major) => {
  const server = await testDatabase(major);
  const name = nameOfDatabase();
  const folder = await folderWith(files);
  const { ports } = await targetOf(folder, { url: besides(server, name) });
  expect(await create(ports, {})).toMatchObject({ created: true, environment: undefined });
  expect(await create(ports, {})).toMatchObject({ created: false, notes: [] });
  expect(await drop(ports, {})).toMatchObject({ dropped: true, ended: 0 });
  expect(await exists(server, name)).toBe(false);
  expect(await drop(ports, {})).toMatchObject({ dropped: false });
});

test("owner, encoding, locale and template are the database's, and said when one that is there differs", async () => {
  const server = await testDatabase();
  const owner = await testRole();
  const name = nameOfDatabase();
  const folder = await folderWith(files);
  const { ports } = await targetOf(folder, { url: besides(server, name), environmentName: "ci" });
  const options = { owner, encoding: "UTF8", locale: "C" };
  await create(ports, options);
  const [row] = await server.query(
    "select pg_get_userbyid(datdba) as owner, pg_encoding_to_char(encoding) as encoding, datcollate from pg_database where datname = $1",
    [name],
  );
  expect(row).toEqual({ owner, encoding: "UTF8", datcollate: "C" });
  expect(await create(ports, { ...options, encoding: "utf-8" })).toMatchObject({ notes: [] });
  expect(await create(ports, { owner: "postgres", locale: "C.UTF-8" })).toMatchObject({
    notes: [`its owner is ${owner}, not postgres`, "its locale is C, not C.UTF-8"],
  });
  // The ledger that keeps the environment's name is the owner's to deploy with.
  const url = new URL(besides(server, name));
  const { ports: look } = await targetOf(folder, { url: url.href });
  const session = await look.database.connect();
  const rows = await session.query(
    "select nspowner::regrole::text as owner from pg_namespace where nspname = 'lockstep'",
  );
  await session.close();
  expect(rows).toEqual([{ owner }]);
});

test("a template is copied", async () => {
  const template = await testDatabase();
  await template.run("create table copied ()");
  const name = nameOfDatabase();
  const { ports } = await targetOf(await folderWith(files), { url: besides(template, name) });
  await create(ports, { template: template.name });
  const session = await ports.database.connect();
  const rows = await session.query("select relname from pg_class where relname = 'copied'");
  await session.close();
  expect(rows).toHaveLength(1);
});

test.each(["production", "Prod"])(
  "%s is refused by drop, whoever forces it, and whatever the local config says",
  async (environmentName) => {
    const database = await testDatabase();
    const folder = await folderWith(files);
    const made = await targetOf(folder, { url: database.url, environmentName });
    await deploy(made.ports, { project: await made.project() });
    // Later, nobody says a name: the database does.
    const later = await targetOf(folder, { url: database.url });
    await expect(drop(later.ports, { force: true })).rejects.toMatchObject({
      code: "DATABASE.PROTECTED",
      message: expect.stringContaining(`is ${environmentName}`),
      state: "nothing was changed",
    });
    expect(await exists(database, database.name)).toBe(true);
  },
);

test("a name that protects does so without a ledger, too", async () => {
  const database = await testDatabase();
  const folder = await folderWith(files);
  const { ports } = await targetOf(folder, { url: database.url, environmentName: "production" });
  await expect(drop(ports, { force: true })).rejects.toMatchObject({ code: "DATABASE.PROTECTED" });
});

test("the config's protection is stored by the first deploy and outlives the config", async () => {
  const database = await testDatabase();
  const targets = { eu: { url: database.url, protected: true } };
  const folder = await folderWith({
    ...files,
    "lockstep.config.json": JSON.stringify({ targets }),
  });
  const named = await targetOf(folder, { target: "eu" });
  await expect(drop(named.ports, {})).rejects.toMatchObject({ code: "DATABASE.PROTECTED" });
  await deploy(named.ports, { project: await named.project() });
  expect(await database.query("select name, protected from lockstep.environment")).toEqual([
    { name: "eu", protected: true },
  ]);
  const other = await targetOf(await folderWith(files), { url: database.url });
  await expect(drop(other.ports, { force: true })).rejects.toMatchObject({
    code: "DATABASE.PROTECTED",
    message: expect.stringContaining("says that it is protected (eu)"),
  });
  // The way out is a word of its own.
  const freed = await targetOf(folder, { url: database.url, environmentName: "old" });
  expect(await create(freed.ports, { force: true })).toMatchObject({
    environment: "old",
    isProtected: false,
  });
  expect(await drop(freed.ports, {})).toMatchObject({ dropped: true, environment: "old" });
});

test("another name than the database's own is refused by drop, create and a deploy that would change something", async () => {
  const database = await testDatabase();
  const folder = await folderWith(files);
  const staging = await targetOf(folder, { url: database.url, environmentName: "staging" });
  await create(staging.ports, {});
  const other = await targetOf(folder, { url: database.url, environmentName: "test" });
  const refusal = { code: "DATABASE.ENVIRONMENT", state: "nothing was changed" };
  await expect(drop(other.ports, { force: true })).rejects.toMatchObject(refusal);
  await expect(create(other.ports, {})).rejects.toMatchObject(refusal);
  const project = await other.project();
  await expect(deploy(other.ports, { project })).rejects.toMatchObject(refusal);
  expect(await database.query("select from pg_class where relname = 'people'")).toEqual([]);
});

test("a database that others are in is refused, and named; force ends their sessions", async () => {
  const database = await testDatabase();
  const client = await database.connect();
  const cut = new Promise((resolve) => client.once("error", resolve));
  const { ports } = await targetOf(await folderWith(files), { url: database.url });
  await expect(drop(ports, {})).rejects.toMatchObject({
    code: "DATABASE.IN_USE",
    notes: [expect.stringContaining("(test)")],
  });
  expect(await drop(ports, { force: true })).toMatchObject({ dropped: true, ended: 1 });
  expect(String(await cut)).toMatch(/terminat/);
});

test("who says no has changed nothing, and is asked only when nothing else forbids it", async () => {
  const database = await testDatabase();
  const { ports } = await targetOf(await folderWith(files), { url: database.url });
  const asked: string[] = [];
  const confirm = async ({ label }: { readonly label: string }): Promise<void> => {
    asked.push(label);
    throw new RangeError("no");
  };
  const client = await database.connect();
  await expect(drop(ports, { confirm })).rejects.toMatchObject({ code: "DATABASE.IN_USE" });
  expect(asked).toEqual([]);
  await client.end();
  await expect(drop(ports, { confirm })).rejects.toThrow("no");
  expect(asked).toEqual([ports.database.label]);
  expect(await exists(database, database.name)).toBe(true);
});

test("a role without the right is told which one, before anything is tried", async () => {
  const database = await testDatabase();
  const role = await testRole(database.major, "login password 'x'");
  const url = new URL(database.url);
  url.username = role;
  url.password = "x";
  const folder = await folderWith(files);
  const owned = await targetOf(folder, { url: url.href });
  await expect(drop(owned.ports, {})).rejects.toMatchObject({ code: "DATABASE.DENIED" });
  const fresh = new URL(besides(database, nameOfDatabase()));
  fresh.username = role;
  fresh.password = "x";
  const made = await targetOf(folder, { url: fresh.href });
  await expect(create(made.ports, {})).rejects.toMatchObject({
    code: "DATABASE.DENIED",
    sqlState: "42501",
    next: expect.stringContaining("CREATEDB"),
  });
});

test("ten that create at once make one database, and none fails", async () => {
  const server = await testDatabase();
  const url = besides(server, nameOfDatabase());
  const folder = await folderWith(files);
  const reports = await Promise.all(
    Array.from({ length: 10 }, async () => {
      const { ports } = await targetOf(folder, { url, environmentName: "ci" });
      return await create(ports, {});
    }),
  );
  expect(reports.filter(({ created }) => created)).toHaveLength(1);
  expect(new Set(reports.map(({ environment }) => environment))).toEqual(new Set(["ci"]));
});

test("a template and a database whose DROP was cut off", async () => {
  const database = await testDatabase();
  const { ports } = await targetOf(await folderWith(files), { url: database.url });
  await administer(database.major, `alter database ${database.name} is_template true`);
  await expect(drop(ports, {})).rejects.toMatchObject({ code: "DATABASE.FAILED" });
  await administer(database.major, `alter database ${database.name} is_template false`);
  // What an interrupted DROP DATABASE leaves: nobody can connect any more.
  await administer(
    database.major,
    `update pg_database set datconnlimit = -2 where datname = '${database.name}'`,
  );
  expect(await drop(ports, {})).toMatchObject({ dropped: true });
});
