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
    expect(await deploy(ports, { project: await project(), planOnly: true })).toMatchObject({
      outcome: "planned",
      notes: [
        {
          ...{ code: "PREFLIGHT.PRIVILEGE", severity: "warning" },
          message: expect.stringContaining("a deploy would be refused: the role"),
          hint: expect.stringContaining(`on schema app to ${role}`),
        },
      ],
    });
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

/** A deployed table of the role's own and one that became somebody else's, in a schema of the role's. */
async function halfOwned(content: Readonly<Record<string, string>>): Promise<{
  readonly database: TestDatabase;
  readonly role: string;
  readonly target: OpenTarget;
}> {
  const database = await testDatabase();
  const role = await testRole(database.major, "login password 'x'");
  await database.run(`create schema app authorization ${role};
    create schema lockstep authorization ${role}`);
  const tables = { "migrations/001_a.sql": "create table app.own (id int);\n" };
  const query = "options=-c%20search_path%3Dapp";
  const first = await enteredBy(database, role, tables, query);
  await deploy(first.ports, { project: await first.project() });
  await database.run("create table app.others (id int)");
  return {
    database,
    role,
    target: await enteredBy(database, role, { ...tables, ...content }, query),
  };
}

test("a way back that needs another's table is refused before the newer one is taken back", async () => {
  const { database, role, target } = await halfOwned({
    "migrations/002_b.sql": "alter table app.own add b int;\n",
    "migrations/002_b.down.sql": "alter table app.own drop b;\ndrop table app.others;\n",
    "migrations/003_c.sql": "alter table app.own add c int;\n",
    "migrations/003_c.down.sql": "alter table app.own drop c;\n",
  });
  const { ports, project } = target;
  await deploy(ports, { project: await project() });
  await database.run(`alter schema app owner to postgres; grant usage on schema app to ${role}`);
  const refused = rollback(ports, { project: await project(), steps: 2, prove: false });
  await expect(refused).rejects.toMatchObject({
    code: "PREFLIGHT.PRIVILEGE",
    state: "nothing was changed",
    data: { missing: [`alter table app.others owner to ${role};`] },
  });
  expect(await database.query("select b, c from app.own")).toEqual([]);
});

test("rollback and seed of a database that takes no changes say so before they begin", async () => {
  const { database, target } = await halfOwned({
    "migrations/002_b.sql": "alter table app.own add b int;\n",
    "migrations/002_b.down.sql": "alter table app.own drop b;\n",
    "seed.sql": "insert into app.own values (1);\n",
  });
  const { ports, project } = target;
  const request = { project: await project() };
  await deploy(ports, request);
  const { major, name } = database;
  await administer(major, `alter database ${name} set default_transaction_read_only = on`);
  for (const change of [rollback, seed]) {
    await expect(change(ports, { ...request, prove: false })).rejects.toMatchObject({
      code: "PREFLIGHT.READ_ONLY",
      state: "nothing was changed",
    });
  }
});

test("a right that a seed lacks is named before the seed ahead of it, or a migration, runs", async () => {
  const { database, role, target } = await halfOwned({
    "migrations/002_b.sql": "alter table app.own add b int;\n",
    "seeds/1.sql": "insert into app.own values (1);\n",
    "seeds/2.sql": "insert into app.others values (1);\n",
  });
  const { ports, project } = target;
  const request = { project: await project() };
  const refusal = {
    code: "PREFLIGHT.PRIVILEGE",
    state: "nothing was changed",
    data: { missing: [`grant insert on app.others to ${role};`] },
  };
  await expect(deploy(ports, { ...request, seed: true })).rejects.toMatchObject(refusal);
  expect((await status(ports, request)).pending.map(({ id }) => id)).toEqual(["002_b"]);
  await expect(seed(ports, request)).rejects.toMatchObject(refusal);
  expect(await database.query("select id from app.own")).toEqual([]);
  await database.run(`grant insert on app.others to ${role}`);
  expect(await deploy(ports, { ...request, seed: true })).toMatchObject({
    seeded: [{ id: "seeds/1.sql" }, { id: "seeds/2.sql" }],
  });
});

test("a seed's rights are asked of what the migrations before it leave", async () => {
  const { database, role, target } = await halfOwned({
    "migrations/002_b.sql": "drop table app.others;\ncreate table app.others (id int);\n",
    "seed.sql": "insert into app.others values (1);\n",
  });
  await database.run(`alter schema app owner to ${role}`);
  const { ports, project } = target;
  await deploy(ports, { project: await project(), seed: true });
  expect(await database.query("select id from app.others")).toEqual([{ id: 1 }]);
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
