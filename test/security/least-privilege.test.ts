/** A role that owns its database or its schema and nothing else can deploy; what it lacks is named before any change. */
import { expect, test } from "vitest";
import { create } from "../../src/deploy/create.ts";
import { deploy } from "../../src/deploy/deploy.ts";
import { rollback } from "../../src/deploy/rollback.ts";
import { seed } from "../../src/deploy/seed.ts";
import { status } from "../../src/deploy/status.ts";
import { administer, testDatabase, testRole, type TestDatabase } from "../support/database.ts";
import { folderWith } from "../support/folders.ts";
import { testMajors } from "../support/servers.ts";
import { targetOf, type OpenTarget } from "../support/targets.ts";

const files = {
  "migrations/001_people.sql": "create table people (id int primary key);\n",
  "migrations/001_people_rollback.sql": "drop table people;\n",
  "migrations/002_index.sql": "create index concurrently people_id on people (id);\n",
  "migrations/002_index_rollback.sql": "drop index people_id;\n",
  "seed.sql": "insert into people values (1) on conflict do nothing;\n",
};

async function enteredBy(
  database: TestDatabase,
  role: string,
  content: Readonly<Record<string, string>> = files,
  query = "",
): Promise<OpenTarget> {
  const url = new URL(database.url);
  url.username = role;
  url.password = "x";
  url.search = query;
  return await targetOf(await folderWith(content), { url: url.href });
}

async function wholeStory({ ports, project }: OpenTarget): Promise<void> {
  const request = { project: await project() };
  await deploy(ports, { ...request, seed: true });
  await seed(ports, request);
  await rollback(ports, { ...request, steps: 1 });
  expect(await deploy(ports, request)).toMatchObject({ outcome: "deployed" });
  expect(await status(ports, request)).toMatchObject({ isUpToDate: true });
  expect(await deploy(ports, request)).toMatchObject({ outcome: "nothing-to-do" });
}

const relations = async (database: TestDatabase): Promise<number> =>
  (await database.query("select from pg_class where oid >= 16384")).length;

for (const major of testMajors) {
  test(`the owner of the database and of nothing else (${major})`, async () => {
    const database = await testDatabase(major);
    const role = await testRole(major, "login password 'x'");
    await administer(major, `alter database ${database.name} owner to ${role}`);
    await database.run("revoke create on schema public from public");
    const target = await enteredBy(
      database,
      role,
      {
        ...files,
        "migrations/000_schema.sql": "create schema app;\n",
      },
      "options=-c%20search_path%3Dapp",
    );
    await wholeStory(target);
  });

  test(`the owner of a schema, with the ledger's schema made for it (${major})`, async () => {
    const database = await testDatabase(major);
    const role = await testRole(major, "login password 'x'");
    await database.run(`create schema app authorization ${role}; create schema lockstep authorization ${role};
      revoke create on schema public from public`);
    await wholeStory(await enteredBy(database, role, files, "options=-c%20search_path%3Dapp"));
  });

  test(`without CREATE on public, on the database, or on a schema that is named, each is named and nothing is made (${major})`, async () => {
    const database = await testDatabase(major);
    const role = await testRole(major, "login password 'x'");
    await database.run("revoke create on schema public from public; create schema app");
    const before = await relations(database);
    const named = {
      "migrations/001_a.sql": "create table app.people (id int);\ncreate table other ();\n",
    };
    const { ports, project } = await enteredBy(database, role, named);
    await expect(deploy(ports, { project: await project() })).rejects.toMatchObject({
      code: "PREFLIGHT.PRIVILEGE",
      state: "nothing was changed",
      data: {
        missing: [
          expect.stringContaining(`grant create on database ${database.name} to ${role}`),
          expect.stringContaining(`on schema app to ${role}`),
          expect.stringContaining(`on schema public to ${role}`),
        ],
      },
    });
    expect(await relations(database)).toBe(before);
    await database.run(`grant create on database ${database.name} to ${role};
      grant usage, create on schema app, public to ${role}`);
    expect(await deploy(ports, { project: await project() })).toMatchObject({
      outcome: "deployed",
    });
  });

  test(`SET ROLE in the connection's options and in a file (${major})`, async () => {
    const database = await testDatabase(major);
    const owner = await testRole(major, "nologin");
    const role = await testRole(major, "login password 'x' noinherit");
    await administer(major, `grant ${owner} to ${role}`);
    await administer(major, `alter database ${database.name} owner to ${owner}`);
    await database.run(`create schema app authorization ${owner}`);
    const content = {
      ...files,
      "migrations/001_people.sql": `set role ${owner};\ncreate table app.people (id int primary key);\n`,
      "migrations/001_people_rollback.sql": "drop table app.people;\n",
      "migrations/002_index.sql": "create index concurrently people_id on app.people (id);\n",
      "migrations/002_index_rollback.sql": "drop index app.people_id;\n",
      "seed.sql": "insert into app.people values (1) on conflict do nothing;\n",
    };
    await wholeStory(await enteredBy(database, role, content, `options=-c%20role%3D${owner}`));
    const owners = await database.query(
      "select distinct relowner::regrole::text as owner from pg_class where relnamespace in ('lockstep'::regnamespace, 'app'::regnamespace)",
    );
    expect(owners).toEqual([{ owner }]);
  });

  test(`forced row level security on the project's tables is the project's own affair (${major})`, async () => {
    const database = await testDatabase(major);
    const role = await testRole(major, "login password 'x'");
    await administer(major, `alter database ${database.name} owner to ${role}`);
    await database.run(`grant create, usage on schema public to ${role}`);
    const content = {
      ...files,
      "migrations/001_people.sql":
        "create table people (id int primary key);\nalter table people enable row level security;\nalter table people force row level security;\ncreate policy p on people using (true) with check (true);\n",
    };
    await wholeStory(await enteredBy(database, role, content));
  });
}

test("another's table is named before what stands ahead of it is committed", async () => {
  const database = await testDatabase();
  const role = await testRole(database.major, "login password 'x'");
  await database.run(`create schema app authorization ${role};
    create schema lockstep authorization ${role}`);
  const own = "create table app.own (id int);\n";
  const first = await enteredBy(database, role, { "migrations/001_a.sql": own });
  await deploy(first.ports, { project: await first.project() });
  await database.run("create table others (id int)");
  const { ports, project } = await enteredBy(database, role, {
    "migrations/001_a.sql": own,
    "migrations/002_b.sql":
      "alter table app.own add x int;\ncreate index concurrently on public.others (id);\n",
  });
  const refused = deploy(ports, { project: await project() });
  await expect(refused).rejects.toMatchObject({
    code: "PREFLIGHT.PRIVILEGE",
    state: "nothing was changed",
    data: {
      missing: [
        `grant usage, create on schema public to ${role};`,
        `alter table public.others owner to ${role};`,
      ],
    },
  });
  expect(await database.query("select x from app.own").catch(() => "absent")).toBe("absent");
});

test("somebody else's ledger is refused with the rights that are missing, and status too", async () => {
  const database = await testDatabase();
  const role = await testRole(database.major, "login password 'x'");
  const superuser = await targetOf(await folderWith(files), { url: database.url });
  await deploy(superuser.ports, { project: await superuser.project() });
  const { ports, project } = await enteredBy(database, role);
  const request = { project: await project() };
  await expect(deploy(ports, request)).rejects.toMatchObject({ code: "LEDGER.DENIED" });
  await expect(status(ports, request)).rejects.toMatchObject({ code: "LEDGER.DENIED" });
});

test("an environment's name needs the right to make the ledger, and says so", async () => {
  const database = await testDatabase();
  const role = await testRole(database.major, "login password 'x'");
  const url = new URL(database.url);
  url.username = role;
  url.password = "x";
  const { ports } = await targetOf(await folderWith(files), {
    url: url.href,
    environmentName: "ci",
  });
  await expect(create(ports, {})).rejects.toMatchObject({
    code: "LEDGER.DENIED",
    sqlState: "42501",
    state: "nothing was changed",
  });
});
