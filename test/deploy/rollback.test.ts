/** The way back: by down files, all or nothing, recorded. */
import { expect, test } from "vitest";
import { rollback, type WayTaken } from "../../src/deploy/rollback.ts";
import { testDatabase } from "../support/database.ts";
import { deployerOf, deployFolder } from "../support/deploy.ts";
import { folderWith } from "../support/folders.ts";

const files = {
  "migrations/001_a.sql": "create table a (id int);",
  "migrations/002_b.sql": "create table b (id int);\ncreate index concurrently b_id on b (id);",
  "migrations/002_b.down.sql": "drop index concurrently b_id;\ndrop table b;",
  "migrations/003_c.sql": "create table c (id int);",
  "migrations/003_c.down.sql": "drop table c;",
};

test("the newest goes back, is recorded, and can be applied again", async () => {
  const database = await testDatabase();
  const folder = await folderWith(files);
  await deployFolder(folder, database.url);
  const { ports, project } = await deployerOf(folder, database.url);
  const report = await rollback(ports, { project, to: "001_a" });
  expect(report.reverted.map(({ id, direction }) => [id, direction])).toEqual([
    ["003_c", "down"],
    ["002_b", "down"],
  ]);
  expect(await database.query("select id from lockstep.migrations")).toEqual([{ id: "001_a" }]);
  const events = await database.query(
    "select migration_id || ' ' || event as e from lockstep.events order by position",
  );
  expect(events.map(({ e }) => e)).toEqual([
    "001_a applied",
    "002_b applied",
    "003_c applied",
    "003_c reverted",
    "002_b reverted",
  ]);
  expect((await deployFolder(folder, database.url)).applied.map(({ id }) => id)).toEqual([
    "002_b",
    "003_c",
  ]);
});

test("without a way back nothing is touched", async () => {
  const database = await testDatabase();
  const folder = await folderWith(files);
  await deployFolder(folder, database.url);
  const { ports, project } = await deployerOf(folder, database.url);
  const request = { project, steps: 3, prove: false };
  await expect(rollback(ports, request)).rejects.toMatchObject({
    code: "PLAN.NO_WAY_BACK",
    where: { file: "migrations/001_a.sql" },
    state: "nothing was changed",
  });
  expect(await database.query("select count(*)::int as n from lockstep.migrations")).toEqual([
    { n: 3 },
  ]);
});

test("declining stops before anything is changed", async () => {
  const database = await testDatabase();
  const folder = await folderWith(files);
  await deployFolder(folder, database.url);
  const { ports, project } = await deployerOf(folder, database.url);
  const decline = async (): Promise<void> => {
    throw new RangeError("no");
  };
  await expect(rollback(ports, { project, confirm: decline })).rejects.toThrow("no");
  expect(await database.query("select count(*)::int as n from lockstep.migrations")).toEqual([
    { n: 3 },
  ]);
});

const histories = {
  "migrations/001_a.sql":
    "create table users (id int primary key, name text); insert into users values (1, 'Ada');",
  "migrations/002_b.sql":
    "alter table users rename column name to full_name; create table pets (id int primary key); create type mood as enum ('a');",
  "migrations/003_c.sql": "alter table users add phone text; alter type mood add value 'b';",
  "migrations/003_c.down.sql": "alter table users drop column phone; create table left_behind ();",
};

for (const major of [14, 18]) {
  test(`without a down file, or with a wrong one, the inverse is made, proved and told (${major})`, async () => {
    const database = await testDatabase(major);
    const folder = await folderWith(histories);
    await deployFolder(folder, database.url, { to: "001_a" });
    const shape = async (): Promise<unknown> =>
      await database.query(
        "select attrelid::regclass::text, attname, atttypid::regtype::text from pg_attribute where attnum > 0 and not attisdropped and attrelid in (select oid from pg_class where relnamespace = 'public'::regnamespace) order by 1, 2",
      );
    const before = await shape();
    await deployFolder(folder, database.url);
    await database.run(
      "insert into pets select generate_series(1, 3); insert into users values (2, 'Bo', '1'), (3, 'Cy', '2')",
    );
    const { ports, project } = await deployerOf(folder, database.url);
    const asked: (readonly WayTaken[])[] = [];
    const report = await rollback(ports, {
      project,
      to: "001_a",
      confirm: async (_plan, ways) => {
        asked.push(ways);
      },
    });
    expect(asked[0]?.map(({ id, by, trial }) => [id, by, trial])).toEqual([
      ["003_c", "generated", "proved"],
      ["002_b", "generated", "proved"],
    ]);
    expect(report.ways[0]?.reason).toContain("its down file does not lead back");
    expect(report.ways.flatMap(({ losses }) => losses)).toEqual(
      expect.arrayContaining([
        { what: "the values of column public.users.phone", count: 2 },
        { what: "the rows of table public.pets", count: 3 },
      ]),
    );
    expect(await shape()).toEqual(before);
    // The migration's own RENAME was taken back: the values are there.
    expect(await database.query("select name from users where id = 1")).toEqual([{ name: "Ada" }]);
    expect(
      await database.query(
        "select kind, outcome from lockstep.deployments order by started_at desc limit 1",
      ),
    ).toMatchObject([{ kind: "rollback" }]);
    expect((await deployFolder(folder, database.url)).applied.map(({ id }) => id)).toEqual([
      "002_b",
      "003_c",
    ]);
  });
}

test("what a down file's own statements do to rows is told, under hostile names and behind locks too", async () => {
  const database = await testDatabase();
  const folder = await folderWith({
    "migrations/001_a.sql": `create table "a $1; b" (id int); create table busy (id int);`,
    "migrations/002_b.sql": "create table c (id int); create table held (id int);",
    "migrations/002_b.down.sql": `delete from "a $1; b"; truncate busy; drop table c, held;`,
  });
  await deployFolder(folder, database.url);
  await database.run(
    `insert into "a $1; b" values (1), (2); insert into busy select generate_series(1, 40); analyze busy;`,
  );
  const holder = await database.connect();
  const { ports, project } = await deployerOf(folder, database.url);
  const lossesWhile = async (held: string): Promise<WayTaken["losses"]> => {
    await holder.query(held);
    let seen: WayTaken["losses"] = [];
    const stop = async (_plan: unknown, ways: readonly WayTaken[]): Promise<void> => {
      seen = ways[0]?.losses ?? [];
      throw new RangeError("seen");
    };
    await expect(rollback(ports, { project, confirm: stop })).rejects.toThrow("seen");
    return seen;
  };
  expect(await lossesWhile("select")).toEqual([
    { what: "the rows of table public.c", count: 0 },
    { what: "the rows of table public.held", count: 0 },
    { what: 'rows of table public."a $1; b": deleted by 002_b', count: 2 },
    { what: "rows of table public.busy: truncated by 002_b", count: 40 },
  ]);
  // Somebody's lock holds neither the count nor the rollback up.
  await database.run("insert into held select generate_series(1, 7); analyze held");
  expect(await lossesWhile("begin; lock table held in access exclusive mode")).toEqual(
    expect.arrayContaining([
      { what: "the rows of table public.held", count: 7, isEstimate: true },
      { what: expect.stringMatching(/what its statements do to rows of .*lock timeout/) },
    ]),
  );
  await holder.query("rollback");
});

test("what one deployment applied goes back together, and not when something came after it", async () => {
  const database = await testDatabase();
  const folder = await folderWith(files);
  const first = await deployFolder(folder, database.url, { to: "002_b" });
  const second = await deployFolder(folder, database.url);
  const { ports, project } = await deployerOf(folder, database.url);
  const [older = "", newer = ""] = [first.deploymentId, second.deploymentId];
  await expect(rollback(ports, { project, deployment: older })).rejects.toMatchObject({
    code: "PLAN.CONFLICT",
    message: expect.stringContaining("003_c was applied after"),
  });
  const report = await rollback(ports, { project, deployment: newer.slice(0, 8) });
  expect(report.reverted.map(({ id }) => id)).toEqual(["003_c"]);
  expect(report.ways).toMatchObject([{ by: "down file", trial: "proved" }]);
  await expect(rollback(ports, { project, deployment: "nobody" })).rejects.toMatchObject({
    code: "PLAN.UNKNOWN_ID",
  });
});

test("what a down file's statements are about is found by the names of then, and values that may still fit are not counted as lost", async () => {
  const database = await testDatabase();
  const folder = await folderWith({
    "migrations/001_a.sql":
      "create type mood as enum ('a'); create table a (id int, felt mood); create table b (id int);",
    "migrations/002_b.sql": "select 1;",
    "migrations/002_b.down.sql": "delete from a;",
    "migrations/003_c.sql":
      "alter table a rename to c; create table a (id int); alter type mood add value 'b';",
    "migrations/004_d.sql": "alter table b add tag serial unique;",
    "migrations/004_d.down.sql": "alter table b drop tag;",
  });
  await deployFolder(folder, database.url);
  await database.run(
    "insert into c values (1, 'a'), (2, 'a'); insert into a select generate_series(1, 5)",
  );
  const { ports, project } = await deployerOf(folder, database.url);
  const report = await rollback(ports, { project, to: "001_a" });
  expect(report.ways.map(({ losses }) => losses)).toEqual([
    [{ what: "the values of column public.b.tag", count: 0 }],
    [
      { what: "the rows of table public.a", count: 5 },
      { what: "what no longer fits into column public.c.felt" },
    ],
    [{ what: "rows of table public.c: deleted by 002_b", count: 2 }],
  ]);
  expect(report.ways[0]?.reason).toBe("up, down, up leads back");
});

test("what a migration renamed, moved or exchanged is called as before again, with its rows, beside what else is new", async () => {
  const database = await testDatabase();
  const folder = await folderWith({
    "migrations/001_a.sql": `create schema attic; create type mood as enum ('sad', 'ok');
      create table users (id int primary key, name text, height int, width int, felt mood, parent int constraint up references users);
      create table pets (id int); create view names as select name from users;
      insert into users values (1, 'Ada', 10, 20, 'ok', 1); insert into pets values (7);`,
    "migrations/002_b.sql": `alter table users rename column name to full_name; alter table users add phone text;
      alter table users rename column height to swap; alter table users rename column width to height;
      alter table users rename column swap to width;
      alter table pets set schema attic; do $$ begin execute 'alter table attic.pets rename to animals'; end $$;
      alter type mood rename value 'ok' to 'fine'; alter table users rename constraint up to above;
      alter table users rename to people;`,
    "migrations/003_c.sql": "alter table people rename to folk; alter table folk add fax text;",
    "migrations/003_c.down.sql":
      "alter table folk rename to people; alter table people drop column fax;",
  });
  await deployFolder(folder, database.url, { to: "001_a" });
  const rows = "select to_jsonb(u) as u, (select id from pets) as pet from users u";
  const keys =
    "select oid::int, conname from pg_constraint where conrelid = 'users'::regclass and contype = 'f'";
  const [before, key] = [await database.query(rows), await database.query(keys)];
  await deployFolder(folder, database.url);
  await database.run("update folk set phone = '1'");
  const { ports, project } = await deployerOf(folder, database.url);
  const report = await rollback(ports, { project, to: "001_a" });
  expect(await database.query(rows)).toEqual(before);
  expect(await database.query(keys)).toEqual(key);
  expect(report.ways.map(({ by, losses }) => [by, losses])).toEqual([
    ["down file", [{ what: "the values of column public.folk.fax", count: 0 }]],
    [
      "generated",
      [
        { what: "the values of column public.folk.phone", count: 1 },
        { what: "what 002_b did to rows" },
      ],
    ],
  ]);
});

test("what was renamed comes back with its rows where something new took its name, and what is new is told as the loss", async () => {
  const database = await testDatabase();
  const folder = await folderWith({
    "migrations/001_a.sql": `create table users (id int primary key, name text); create table teams (id int, label text);
      create index by_label on teams (label); create sequence ticks;
      insert into users values (1, 'Ada'); insert into teams values (2, 'x'); select setval('ticks', 42);`,
    "migrations/002_b.sql": `alter table users rename to people; create view users as select id, name from people;
      alter table teams rename label to title; alter table teams add label text; alter index by_label rename to by_title;
      create index by_label on teams (label); alter sequence ticks rename to tocks; create sequence ticks;`,
    "migrations/003_c.sql":
      "alter table teams rename to groups; create table teams (id int); alter table groups rename title to label_of; alter table groups add title int;",
  });
  await deployFolder(folder, database.url, { to: "001_a" });
  const asked = "select u.*, t.*, last_value from users u, teams t, ticks";
  const before = await database.query(asked);
  await deployFolder(folder, database.url);
  await database.run("update groups set label = 'new'; insert into teams values (9)");
  const { ports, project } = await deployerOf(folder, database.url);
  const report = await rollback(ports, { project, to: "001_a" });
  expect(await database.query(asked)).toEqual(before);
  expect(report.ways.map(({ losses }) => losses)).toEqual([
    [
      { what: "the rows of table public.teams", count: 1 },
      { what: "the values of column public.groups.title", count: 0 },
    ],
    // Another table is called teams by now.
    [{ what: "the values of column public.groups.label", count: 1 }],
  ]);
});

test("a declared schema has no migration to take back, and is told how it goes back", async () => {
  const database = await testDatabase();
  const folder = await folderWith({
    "lockstep.config.json": '{ "strategy": "declarative", "declared": "schema.sql" }',
    "schema.sql": "create table a (id int);",
  });
  await deployFolder(folder, database.url);
  const { ports, project } = await deployerOf(folder, database.url);
  await expect(rollback(ports, { project })).rejects.toMatchObject({
    code: "PLAN.CONFLICT",
    notes: [expect.stringContaining("have them as they were, and deploy")],
    next: expect.stringContaining("lockstep rollback --restore latest"),
  });
});
