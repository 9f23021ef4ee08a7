/** Seeds, run as often as somebody asks; and a database made anew. */
import { expect, test } from "vitest";
import { deploy } from "../../src/deploy/deploy.ts";
import { history } from "../../src/deploy/history.ts";
import { reset } from "../../src/deploy/reset.ts";
import { seed } from "../../src/deploy/seed.ts";
import { administer, testDatabase } from "../support/database.ts";
import { folderWith, writeFiles } from "../support/folders.ts";
import { testMajors } from "../support/servers.ts";
import { targetOf, type OpenTarget } from "../support/targets.ts";

const migrations = {
  "migrations/001_people.sql": "create table people (name text primary key);\n",
};
const seeds = {
  "seeds/10_people.sql": "insert into people values ('Ada') on conflict do nothing;\n",
  "seeds/20_more.sql": "insert into people values ('Bea-' || txid_current());\n",
};

const deployTo = async ({ ports, project }: OpenTarget, withSeeds = false) =>
  await deploy(ports, { project: await project(), seed: withSeeds });

test.each([...testMajors])("seeds run every time, in order, and are told (%i)", async (major) => {
  const database = await testDatabase(major);
  const target = await targetOf(await folderWith({ ...migrations, ...seeds }), {
    url: database.url,
  });
  const { ports } = target;
  const project = await target.project();
  await expect(seed(ports, { project })).rejects.toMatchObject({
    code: "LEDGER.ABSENT",
    next: "lockstep deploy --seed",
  });
  expect(await database.query("select from pg_namespace where nspname = 'lockstep'")).toEqual([]);
  const first = await deployTo(target, true);
  expect(first.applied.map(({ id }) => id)).toEqual(["001_people"]);
  expect(first.seeded.map(({ id }) => id)).toEqual(["seeds/10_people.sql", "seeds/20_more.sql"]);
  const again = await seed(ports, { project });
  expect(again.seeded).toHaveLength(2);
  // With nothing pending, deploy --seed seeds; without --seed it does nothing.
  expect(await deployTo(target, true)).toMatchObject({ outcome: "deployed", applied: [] });
  expect(await deployTo(target)).toMatchObject({ outcome: "nothing-to-do", seeded: [] });
  const rows = await database.query("select name from people order by name");
  expect(rows).toHaveLength(4);
  expect(await database.query("select id from lockstep.migrations")).toEqual([
    { id: "001_people" },
  ]);
  const { events } = await history(ports, { scope: "default", limit: 3 });
  expect(events.map(({ event, migrationId }) => `${event} ${migrationId}`)).toEqual([
    "seeded seeds/20_more.sql",
    "seeded seeds/10_people.sql",
    "seeded seeds/20_more.sql",
  ]);
});

test("a seed that fails leaves nothing of itself, and says which ran before", async () => {
  const database = await testDatabase();
  const folder = await folderWith({ ...migrations, ...seeds });
  const target = await targetOf(folder, { url: database.url });
  await deployTo(target);
  await writeFiles(folder, {
    "seeds/20_more.sql": "insert into people values ('Cleo');\ninsert into nobody values (1);\n",
  });
  const { ports, project } = await targetOf(folder, { url: database.url });
  await expect(seed(ports, { project: await project() })).rejects.toMatchObject({
    code: "DEPLOY.STATEMENT_FAILED",
    where: { file: "seeds/20_more.sql", line: 2 },
    state: "seeds/10_people.sql ran; nothing of seeds/20_more.sql was changed",
    next: expect.stringContaining("lockstep seed"),
  });
  expect(await database.query("select name from people")).toEqual([{ name: "Ada" }]);
});

test("a seed that does not parse stops everything before anything runs", async () => {
  const database = await testDatabase();
  const folder = await folderWith({
    ...migrations,
    "seed.sql": "insert into people valuse (1);\n",
  });
  const target = await targetOf(folder, { url: database.url });
  await expect(deployTo(target, true)).rejects.toMatchObject({
    where: { file: "seed.sql", line: 1 },
    state: "nothing was changed",
  });
  expect(await database.query("select from pg_class where relname = 'people'")).toEqual([]);
});

test("statements that run in no transaction run in seeds, too, and again after a failure between them", async () => {
  const database = await testDatabase();
  const folder = await folderWith({
    ...migrations,
    "seed.sql":
      "insert into people values ('Ada') on conflict do nothing;\nvacuum people;\nselect 1 / (select count(*) from people where name = 'Bea');\n",
  });
  const target = await targetOf(folder, { url: database.url });
  await deployTo(target);
  const request = { project: await target.project() };
  await expect(seed(target.ports, request)).rejects.toMatchObject({
    state:
      "of seed.sql, statements 1 to 2 of 3 are committed, and the next seed runs the file from its beginning",
  });
  await database.run("insert into people values ('Bea')");
  expect((await seed(target.ports, request)).seeded[0]?.statements).toBe(3);
  expect(await database.query("select from lockstep.statements")).toEqual([]);
});

test("values go into seeds and migrations by --set, above the config's", async () => {
  const database = await testDatabase();
  const folder = await folderWith({
    "lockstep.config.json": JSON.stringify({ variables: { who: "config", kind: "text" } }),
    "migrations/001_people.sql": "create table people (name ${kind} primary key);\n",
    "seed.sql": "insert into people values (:'who');\n",
  });
  const variables = { who: "it's \\ me" };
  const target = await targetOf(folder, { url: database.url, variables });
  await deployTo(target, true);
  expect(await database.query("select name from people")).toEqual([{ name: "it's \\ me" }]);
});

test("a project without seeds says so where seeds were asked for", async () => {
  const database = await testDatabase();
  const target = await targetOf(await folderWith(migrations), { url: database.url });
  const refusal = { code: "PROJECT.NO_SEEDS", state: "nothing was changed" };
  await expect(deployTo(target, true)).rejects.toMatchObject(refusal);
  const request = { project: await target.project() };
  await expect(seed(target.ports, request)).rejects.toMatchObject(refusal);
});

test.each([...testMajors])(
  "reset makes the same database anew, with schema and seeds and without its rows (%i)",
  async (major) => {
    const database = await testDatabase(major);
    const { name } = database;
    await administer(major, `alter database ${name} set search_path to "$user", public, "we ird"`);
    await administer(major, `alter database ${name} set statement_timeout to '1min'`);
    const shapeQuery = `select pg_get_userbyid(datdba) as owner, encoding, datcollate, datctype,
      (select array_agg(c order by c) from pg_db_role_setting, unnest(setconfig) c where setdatabase = d.oid) as settings
      from pg_database d where datname = current_database()`;
    const before = await database.query(shapeQuery);
    const folder = await folderWith({ ...migrations, ...seeds });
    const target = await targetOf(folder, { url: database.url, environmentName: "staging" });
    await deployTo(target);
    await database.run("insert into people values ('gone')");
    // Nobody says the name now, and it is kept.
    const later = await targetOf(folder, { url: database.url });
    const report = await reset(later.ports, { project: await later.project() });
    expect(report).toMatchObject({ dropped: true, environment: "staging", notes: [] });
    expect(report.seeded).toHaveLength(2);
    const names = await database.query("select name from people where name in ('Ada', 'gone')");
    expect(names).toEqual([{ name: "Ada" }]);
    expect(await database.query(shapeQuery)).toEqual(before);
    expect(await database.query("select name from lockstep.environment")).toEqual([
      { name: "staging" },
    ]);
  },
);

test("reset refuses production, a project that holds nothing, and one that can't be read, before it drops", async () => {
  const database = await testDatabase();
  const target = await targetOf(await folderWith(migrations), {
    url: database.url,
    environmentName: "production",
  });
  await deployTo(target);
  const project = await target.project();
  const forced = reset(target.ports, { project, force: true });
  await expect(forced).rejects.toMatchObject({ code: "DATABASE.PROTECTED" });
  const empty = await targetOf(await folderWith({ "a.txt": "" }), { url: database.url });
  const emptied = reset(empty.ports, { project: await empty.project() });
  await expect(emptied).rejects.toMatchObject({ code: "PLAN.EMPTY_PROJECT" });
  expect(await database.query("select id from lockstep.migrations")).toHaveLength(1);
});

test("what fails after the drop says that the database was made anew", async () => {
  const database = await testDatabase();
  const folder = await folderWith({ "migrations/001_bad.sql": "create table a (b nothing);\n" });
  const target = await targetOf(folder, { url: database.url });
  await expect(reset(target.ports, { project: await target.project() })).rejects.toMatchObject({
    code: "DEPLOY.STATEMENT_FAILED",
    state: "the database was made anew; nothing was changed",
  });
});
