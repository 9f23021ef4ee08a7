/** A declared schema, deployed by difference: fresh, upgraded, what is refused, what comes by other hands. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { deploy } from "../../src/deploy/deploy.ts";
import { status } from "../../src/deploy/status.ts";
import { testDatabase, type TestDatabase } from "../support/database.ts";
import { deployerOf, deployFolder } from "../support/deploy.ts";
import { folderWith, writeFiles } from "../support/folders.ts";
import { runLockstep } from "../support/lockstep.ts";
import { root } from "../support/sources.ts";

const config = (more: object = {}): Record<string, string> => ({
  "lockstep.config.json": JSON.stringify({
    strategy: "declarative",
    declared: "schema.sql",
    ...more,
  }),
});
const first =
  "-- Schema Version: 1\ncreate table people (id int primary key, name text not null);\ncreate view names as select name from people;\n";
const second =
  "-- Schema Version: 2\ncreate type mood as enum ('glad');\ncreate table people (id int primary key, name text not null, phone text, mood mood);\ncreate view names as select name from people;\ncreate index people_phone on people (phone);\n";

async function columns(database: TestDatabase, table: string): Promise<unknown> {
  const rows = await database.query(
    "select attname from pg_attribute where attrelid = $1::regclass and attnum > 0 and not attisdropped order by attnum",
    [table],
  );
  return rows.map((row) => row["attname"]);
}

for (const major of [14, 18]) {
  test(`an empty database gets the declared schema, an older one the difference, then nothing (${major})`, async () => {
    const database = await testDatabase(major);
    const folder = await folderWith({ ...config(), "schema.sql": first });
    const fresh = await deployFolder(folder, database.url);
    expect([fresh.outcome, fresh.strategy]).toEqual(["deployed", "declare"]);
    expect(fresh.applied).toMatchObject([{ id: "@declared", kind: "declared" }]);
    await database.run("insert into people values (1, 'Ada')");
    const again = await deployFolder(folder, database.url);
    expect([again.outcome, again.strategy]).toEqual(["nothing-to-do", undefined]);

    await writeFiles(folder, { "schema.sql": second });
    const { ports, project } = await deployerOf(folder, database.url);
    const behind = await status(ports, { project });
    expect([behind.isUpToDate, behind.pending.map(({ path }) => path)]).toEqual([
      false,
      ["schema.sql"],
    ]);
    const planned = await deployFolder(folder, database.url, { planOnly: true });
    expect(planned.plan?.units[0]?.identity.kind).toBe("declared");
    expect(await columns(database, "people")).toEqual(["id", "name"]);
    const upgraded = await deployFolder(folder, database.url);
    expect(upgraded.notes).toEqual([]);
    expect(await columns(database, "people")).toEqual(["id", "name", "phone", "mood"]);
    expect(await database.query("select name from people")).toEqual([{ name: "Ada" }]);
    expect((await deployFolder(folder, database.url)).strategy).toBeUndefined();
    expect((await status(ports, { project })).isUpToDate).toBe(true);
    const rows = await database.query(
      "select id, kind, state, title, content from lockstep.migrations",
    );
    expect(rows).toMatchObject([
      { id: "@declared", kind: "declared", state: "applied", title: "2" },
    ]);
    expect(rows[0]?.["content"]).toContain("ALTER TABLE");
    expect(await database.query("select event from lockstep.events order by position")).toEqual(
      ["applied", "verified", "applied", "verified"].map((event) => ({ event })),
    );
    expect(await database.query("select from lockstep.statements")).toEqual([]);
  });
}

test("dropping needs a word, by option or by config", async () => {
  const database = await testDatabase();
  const folder = await folderWith({ ...config(), "schema.sql": second });
  await deployFolder(folder, database.url);
  await writeFiles(folder, { "schema.sql": first });
  await expect(deployFolder(folder, database.url)).rejects.toMatchObject({
    code: "DIFF.DROPS",
    state: "nothing was changed",
  });
  expect(await columns(database, "people")).toEqual(["id", "name", "phone", "mood"]);
  await expect(deployFolder(folder, database.url, { allowDrop: ["index"] })).rejects.toMatchObject({
    code: "DIFF.DROPS",
  });
  await writeFiles(folder, config({ allowDrop: "all" }));
  expect((await deployFolder(folder, database.url)).outcome).toBe("deployed");
  expect(await columns(database, "people")).toEqual(["id", "name"]);
});

test("additive adds, keeps what is not declared, and refuses what would lose rows or values", async () => {
  const database = await testDatabase();
  const folder = await folderWith({ ...config({ additive: true }), "schema.sql": second });
  await deployFolder(folder, database.url);
  await database.run("create table notes (id int primary key, text text)");
  const other =
    "create table people (id int primary key, name text not null, mail text);\ncreate table clubs (id int primary key);\n";
  await writeFiles(folder, { "schema.sql": other });
  expect((await deployFolder(folder, database.url)).outcome).toBe("deployed");
  expect(await columns(database, "people")).toEqual(["id", "name", "phone", "mood", "mail"]);
  expect(await columns(database, "notes")).toEqual(["id", "text"]);
  expect((await deployFolder(folder, database.url)).strategy).toBeUndefined();
  await writeFiles(folder, { "schema.sql": other.replace("mail text", "mail varchar(3)") });
  await expect(deployFolder(folder, database.url)).rejects.toMatchObject({
    code: "DIFF.DROPS",
    state: "nothing was changed",
  });
});

test("what came by other hands is planned from, said, and dropped only when allowed", async () => {
  const database = await testDatabase();
  const folder = await folderWith({ ...config(), "schema.sql": first });
  await deployFolder(folder, database.url);
  await database.run("alter table people alter name drop not null; create table tmp (id int)");
  expect((await deployFolder(folder, database.url)).outcome).toBe("nothing-to-do");
  await writeFiles(folder, { "schema.sql": `${first}create table pets (id int primary key);\n` });
  await expect(deployFolder(folder, database.url)).rejects.toMatchObject({ code: "DIFF.DROPS" });
  const report = await deployFolder(folder, database.url, { allowDrop: ["table"] });
  expect(report.notes.map(({ code }) => code)).toEqual(["PLAN.DRIFT"]);
  expect(await database.query("select to_regclass('tmp') as tmp")).toEqual([{ tmp: null }]);
});

test("rows in the way leave nothing behind, and the next deploy plans again", async () => {
  const database = await testDatabase();
  const folder = await folderWith({ ...config(), "schema.sql": first });
  await deployFolder(folder, database.url);
  await database.run("insert into people values (1, 'Ada'), (2, 'Ada')");
  const unique = `${first}create table pets (id int primary key);\ncreate unique index one_name on people (name);\n`;
  await writeFiles(folder, { "schema.sql": unique });
  await expect(deployFolder(folder, database.url)).rejects.toMatchObject({ code: "DIFF.ROWS" });
  expect(await database.query("select to_regclass('pets') as pets")).toEqual([{ pets: null }]);
  await database.run("delete from people where id = 2");
  expect((await deployFolder(folder, database.url)).outcome).toBe("deployed");
  expect((await deployFolder(folder, database.url)).strategy).toBeUndefined();
});

test("a command that prints the schema is run for each deploy, and the same text does nothing", async () => {
  const database = await testDatabase();
  const folder = await folderWith({
    ...config({ declared: { command: "cat printed.sql" } }),
    "printed.sql": first,
  });
  expect((await deployFolder(folder, database.url)).outcome).toBe("deployed");
  expect((await deployFolder(folder, database.url)).outcome).toBe("nothing-to-do");
  await writeFiles(folder, { "printed.sql": second });
  expect((await deployFolder(folder, database.url)).outcome).toBe("deployed");
});

test("a verify that finds drift does not say beside it that the database has what the files say", async () => {
  const database = await testDatabase();
  const cwd = await folderWith({
    ...config({ declared: { command: "cat printed.sql" } }),
    "printed.sql": first,
  });
  const env = { DATABASE_URL: database.url };
  await deployFolder(cwd, database.url);
  const same = await runLockstep(["verify"], { cwd, env });
  expect(same.exitCode, same.stderr).toBe(0);
  expect(same.stderr).toContain("has what the files say");
  await database.run("alter table people add phone text");
  const drifted = await runLockstep(["verify"], { cwd, env });
  expect(drifted.exitCode).toBe(4);
  expect(drifted.stderr).toContain("has drifted: 1 object");
  expect(drifted.stderr).not.toContain("has what the files say");
});

test("what looks renamed in a schema that a command prints is refused with the statement that renames it", async () => {
  const database = await testDatabase();
  const folder = await folderWith({
    ...config({ declared: { command: "cat printed.sql" } }),
    "printed.sql": "create table users (id int, name text); create type mood as enum ('glad');",
  });
  await deployFolder(folder, database.url);
  await database.run("insert into users values (1, 'Ada')");
  await writeFiles(folder, {
    "printed.sql":
      "create table users (id int, \"full Name\" text); create type feeling as enum ('glad');",
  });
  const column = 'ALTER TABLE public.users RENAME COLUMN name TO "full Name";';
  const type = "ALTER TYPE public.mood RENAME TO feeling;";
  const said = "if it is, rename it first, by a migration or in the database:";
  await expect(deployFolder(folder, database.url)).rejects.toMatchObject({
    code: "DIFF.DROPS",
    notes: expect.arrayContaining([
      `column public.users.name looks renamed to public.users.full Name: ${said} ${column}`,
      `enum public.mood looks renamed to public.feeling: ${said} ${type}`,
    ]),
  });
  await database.run(`${column} ${type}`);
  expect((await deployFolder(folder, database.url)).outcome).toBe("deployed");
  expect(await database.query('select "full Name" as name from users')).toEqual([{ name: "Ada" }]);
});

test("the export of Troupe Academy is deployed additively, over what an earlier one made", async () => {
  const text = await readFile(join(root, "examples/troupe-academy/latest_schema.sql"), "utf8");
  const database = await testDatabase();
  const folder = await folderWith({
    "lockstep.config.json": JSON.stringify({
      strategy: "declarative",
      declared: "latest_schema.sql",
      additive: true,
    }),
    "latest_schema.sql": text,
  });
  expect((await deployFolder(folder, database.url)).outcome).toBe("deployed");
  await database.run("insert into student (full_name, email) values ('Mia', 'mia@example.com')");
  await writeFiles(folder, {
    "latest_schema.sql": `${text}\nalter table student add phone text;\n`,
  });
  expect((await deployFolder(folder, database.url)).outcome).toBe("deployed");
  expect(await database.query("select full_name, phone from student")).toEqual([
    { full_name: "Mia", phone: null },
  ]);
});

test("all rows in the way of a declared schema are named at once, and nothing has changed", async () => {
  const database = await testDatabase();
  const folder = await folderWith({ ...config(), "schema.sql": first });
  await deployFolder(folder, database.url);
  await database.run("insert into people values (1, 'Ada'), (2, 'Ada')");
  await writeFiles(folder, {
    "schema.sql":
      "create table people (id int primary key check (id <> 1), name text not null unique check (name <> ''), age int);\n",
  });
  const failed = deployFolder(folder, database.url, { allowDrop: ["view"] });
  await expect(failed).rejects.toMatchObject({
    code: "DIFF.ROWS",
    message: expect.stringContaining("1 row of public.people stands in the way: "),
    notes: [
      "rows: id = 1",
      "also 2 rows of public.people stand in the way: name is not unique, and is to be by people_name_key",
      "rows: id = 1; id = 2",
    ],
    state: expect.stringContaining("nothing"),
  });
  expect(await columns(database, "people")).toEqual(["id", "name"]);
  await database.run("delete from people where id = 1");
  expect((await deployFolder(folder, database.url, { allowDrop: ["view"] })).outcome).toBe(
    "deployed",
  );
});

test("a secret that the schema names by reference reaches the server, and no plan, no ledger and no error", async () => {
  const database = await testDatabase();
  const mapping = (option: string): string =>
    `create user mapping for public server s options (user 'bob', ${option});\n`;
  const objects =
    "create foreign data wrapper w;\ncreate server s foreign data wrapper w options (host 'h', api_key 'file:key.txt');\n";
  const folder = await folderWith({
    ...config(),
    "schema.sql": objects + mapping("password 'env:PW'"),
  });
  await expect(deployFolder(folder, database.url)).rejects.toMatchObject({
    code: "SECRET.UNSET",
    message: expect.stringMatching(/^file:key\.txt has no value: .* can't be read \(ENOENT\)$/),
    where: { file: "schema.sql" },
    state: "nothing was changed",
  });
  const [key, password] = ["'k\\1'", `it's "a secret`];
  await writeFiles(folder, { ".env": `PW=\`${password}\`\n`, "key.txt": `${key}\n` });
  const { ports, project, events } = await deployerOf(folder, database.url);
  const report = await deploy(ports, { project });
  const held = async (): Promise<unknown> =>
    await database.query(
      "select srvoptions, umoptions from pg_user_mappings join pg_foreign_server using (srvname)",
    );
  const both = [`host=h`, `api_key=${key}`];
  expect(await held()).toEqual([
    { srvoptions: both, umoptions: ["user=bob", `password=${password}`] },
  ]);
  const kept = await database.query("select content from lockstep.migrations");
  const said = JSON.stringify([report, events, kept]);
  expect(said).toContain("env:PW");
  expect(said).not.toMatch(/k\\\\1|a secret/);
  expect((await deployFolder(folder, database.url)).strategy).toBeUndefined();

  // What both sides have stays; what is new and has no reference can't be written.
  await writeFiles(folder, {
    "schema.sql": `${objects}${mapping("password 'env:PW', role 'env:ROLE'")}create table t (id int);`,
    ".env": `PW=another\nROLE_FILE=role.txt`,
    "role.txt": "reader",
  });
  await deployFolder(folder, database.url);
  const after = ["user=bob", `password=${password}`, "role=reader"];
  expect(await held()).toEqual([{ srvoptions: both, umoptions: after }]);
  await writeFiles(folder, { "schema.sql": objects + mapping("passcode '1234'") });
  await expect(deployFolder(folder, database.url, { allowDrop: ["all"] })).rejects.toMatchObject({
    code: "DIFF.SECRET",
    data: { options: ["passcode"] },
  });
});

test("a migration's secrets are put in too, and an error behind one is at its place", async () => {
  const database = await testDatabase();
  const made = "create foreign data wrapper w;\ncreate server s foreign data wrapper w;\n";
  const folder = await folderWith({
    "migrations/1_server.sql": `${made}create user mapping for public server s options (password 'env:PW'); select 1 / nothing;`,
    ".env": "PW=a-rather-long-value",
  });
  const failed: unknown = await deployFolder(folder, database.url).catch((error: unknown) => error);
  expect(failed).toMatchObject({ sqlState: "42703", where: { line: 3, column: 81 } });
  expect(JSON.stringify(failed)).not.toContain("rather");
  await writeFiles(folder, {
    "migrations/1_server.sql": `${made}create user mapping for public server s options (password E'env:PW');`,
  });
  await expect(deployFolder(folder, database.url)).rejects.toMatchObject({ code: "SECRET.FORM" });
  await writeFiles(folder, {
    "migrations/1_server.sql": `${made}create user mapping for public server s options (password 'env:PW');`,
  });
  await deployFolder(folder, database.url);
  expect(await database.query("select umoptions from pg_user_mappings")).toEqual([
    { umoptions: ["password=a-rather-long-value"] },
  ]);
});
