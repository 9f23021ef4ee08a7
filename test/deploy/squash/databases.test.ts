/** After a squash every database goes on: a new one, one that has everything, one that is older than the baseline. */
import { cp, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { testDatabase, type TestDatabase } from "../../support/database.ts";
import { deployFolder } from "../../support/deploy.ts";
import { folderWith, temporaryFolder, writeFiles } from "../../support/folders.ts";
import { oracleLines, oraclePresent } from "../../support/oracle.ts";
import { squashFolder } from "../../support/squash.ts";
import { testMajors } from "../../support/servers.ts";

const files = {
  "migrations/001_roles.sql": `create table roles (id int generated always as identity primary key, name text not null unique,
  "above" int references roles, made timestamptz not null default now());
insert into roles (name, "above") values ('ad''min\\', 2), ('user', null);`,
  "migrations/002_users.sql": `create table users (id bigserial primary key, role_id int references roles, "Token" uuid default gen_random_uuid(),
  settings jsonb, double int generated always as (2 * 2) stored);
insert into users (role_id, settings) select id, '{"a": "b''c"}' from roles;
create function stamp() returns trigger language plpgsql as $$ begin new.settings = '{}'; return new; end $$;
create trigger stamp before insert on users for each row execute function stamp();
create materialized view counted as select count(*) as n from users;
select setval('users_id_seq', 40);`,
  "migrations/002_rollback.sql":
    "drop materialized view counted; drop table users; drop function stamp();",
  "migrations/003_more.sql": `alter table users add name text default 'x';
create table a (id int primary key, b int); create table b (id int primary key, a int references a);
insert into a values (1, 1); insert into b values (1, 1);
alter table a add foreign key (b) references b;`,
};

async function look(database: TestDatabase): Promise<unknown> {
  const [found] = await database.query(`select
    (select jsonb_agg(to_jsonb(r) - 'made' order by id) from roles r) as roles,
    (select jsonb_agg(to_jsonb(u) - 'Token' order by id) from users u) as users,
    (select last_value from users_id_seq) as sequence, (select n from counted) as counted,
    (select array_agg(id order by id) from lockstep.migrations where kind = 'migration') as ledger`);
  const lines = oraclePresent ? await oracleLines(database.url) : [];
  return { found, lines: lines.filter((line) => !line.includes("lockstep")) };
}

async function events(database: TestDatabase): Promise<unknown> {
  return await database.query(
    "select count(*) as n, (select count(*) from lockstep.deployments) as d from lockstep.events",
  );
}

test.each(testMajors)(
  "on %s a new database, an old one and one in the middle end the same, and the old one is not touched",
  async (major) => {
    const [old, middle, fresh] = [
      await testDatabase(major),
      await testDatabase(major),
      await testDatabase(major),
    ];
    const folder = await folderWith(files);
    await deployFolder(folder, old.url);
    await deployFolder(folder, middle.url, { to: "001_roles" });
    const before = { events: await events(old), state: await look(old) };
    const report = await squashFolder(folder, { major });
    expect(report).toMatchObject({
      outcome: "squashed",
      includes: "003_more",
      replaces: 3,
      rows: 6,
    });
    expect(report.findings.map(({ code, message }) => `${code} ${message.split(":")[0]}`)).toEqual([
      "SQUASH.VOLATILE public.roles.made differs from run to run",
      'SQUASH.VOLATILE public.users."Token" differs from run to run',
    ]);
    expect(await readdir(join(folder, "migrations"))).toEqual([".gitkeep"]);
    await writeFiles(folder, { "migrations/004_next.sql": "alter table users add more int;" });
    const applied = async (database: TestDatabase): Promise<readonly string[]> =>
      (await deployFolder(folder, database.url)).applied.map(({ id }) => id);
    expect(
      await deployFolder(folder, old.url, { to: "003_more", planOnly: true }).catch(
        () => undefined,
      ),
    ).toBeUndefined();
    expect({ events: await events(old), state: await look(old) }).toEqual(before);
    expect(await applied(old)).toEqual(["004_next"]);
    expect(await applied(middle)).toEqual(["002_users", "003_more", "004_next"]);
    expect(await applied(fresh)).toEqual(["@baseline", "004_next"]);
    expect(await look(fresh)).toEqual(await look(old));
    expect(await look(middle)).toEqual(await look(old));
    for (const database of [old, middle, fresh]) {
      expect((await deployFolder(folder, database.url)).outcome).toBe("nothing-to-do");
    }
  },
  60_000,
);

test("without the archive a database that is older is refused, with what to check out; others go on", async () => {
  const [old, middle] = [await testDatabase(), await testDatabase()];
  const folder = await folderWith(files);
  await deployFolder(folder, old.url);
  await deployFolder(folder, middle.url, { to: "002_users" });
  await squashFolder(folder);
  await rm(join(folder, "archive"), { recursive: true });
  await expect(deployFolder(folder, middle.url)).rejects.toMatchObject({
    code: "PLAN.BASELINE_GAP",
    message: expect.stringContaining(
      "003_more, which the baseline stands for since release v1.0.0",
    ),
    next: expect.stringContaining("Put the folder archive/v1.0.0 of the repository"),
  });
  expect((await deployFolder(folder, old.url)).outcome).toBe("nothing-to-do");
});

test("a checkout from before is harmless where it is whole, and refused where the database went on", async () => {
  const database = await testDatabase();
  const folder = await folderWith(files);
  const stale = await temporaryFolder();
  await cp(folder, stale, { recursive: true });
  await squashFolder(folder);
  await deployFolder(folder, database.url);
  expect((await deployFolder(stale, database.url)).outcome).toBe("nothing-to-do");
  await writeFiles(folder, { "migrations/004_next.sql": "create table next (id int);" });
  await deployFolder(folder, database.url);
  await expect(deployFolder(stale, database.url)).rejects.toMatchObject({
    code: "PLAN.FILE_MISSING",
  });
});

test("a second squash stands for the first, and a database from before both goes on through both archives", async () => {
  const [ancient, fresh] = [await testDatabase(), await testDatabase()];
  const folder = await folderWith(files);
  await deployFolder(folder, ancient.url, { to: "001_roles" });
  await squashFolder(folder, { to: "002_users" });
  expect(await readdir(join(folder, "migrations"))).toEqual(["003_more.sql"]);
  await writeFiles(folder, { "migrations/004_next.sql": "create table next (id int);" });
  expect(await squashFolder(folder, { release: "v1.1.0" })).toMatchObject({
    includes: "004_next",
    replaces: 4,
  });
  expect(await readFile(join(folder, "archive/v1.1.0/schema.sql"), "utf8")).toContain(
    "Version: 1.0.0",
  );
  const { applied } = await deployFolder(folder, ancient.url);
  expect(applied.map(({ id }) => id)).toEqual(["002_users", "003_more", "004_next"]);
  await deployFolder(folder, fresh.url);
  expect(await look(fresh)).toEqual(await look(ancient));
  expect(await squashFolder(folder, { release: "v1.1.0" })).toMatchObject({
    outcome: "nothing-to-do",
  });
});
