/** What a file does to its session stays in it: the ledger is written all the same, and the next file starts clean. */
import { expect, test } from "vitest";
import { testDatabase, testRole } from "../support/database.ts";
import { deployerOf, deployFolder } from "../support/deploy.ts";
import { deploy } from "../../src/deploy/deploy.ts";
import { folderWith } from "../support/folders.ts";

test("search_path, role, temporary tables and settings do not reach the next file", async () => {
  const database = await testDatabase();
  const role = await testRole();
  await database.run(`grant all on schema public to ${role}`);
  const folder = await folderWith({
    "migrations/001_a.sql": `create schema app; grant all on schema app to ${role};
set search_path = app; set role ${role}; set timezone = 'Asia/Tokyo'; create temp table t (id int); create table a (id int);
create index concurrently a_id on a (id);
create table b (id int);`,
    "migrations/002_b.sql":
      "create table c (id int);\ncreate table settings as select current_user::text as u, current_setting('timezone') as z, to_regclass('t') is null as clean;",
  });
  await deployFolder(folder, database.url);
  const tables = await database.query(
    "select relnamespace::regnamespace::text || '.' || relname as t, relowner::regrole::text = 'postgres' as ours from pg_class where relkind = 'r' and relnamespace::regnamespace::text in ('app', 'public') order by 1",
  );
  expect(tables).toEqual([
    { t: "app.a", ours: false },
    { t: "app.b", ours: false },
    { t: "public.c", ours: true },
    { t: "public.settings", ours: true },
  ]);
  const [settings] = await database.query("select * from settings");
  expect(settings).toMatchObject({ clean: true });
  expect(settings?.["z"]).not.toBe("Asia/Tokyo");
});

test("a lock that is not granted is tried for again, and who holds it is named at the end", async () => {
  const database = await testDatabase();
  const folder = await folderWith({
    "lockstep.config.json": '{"lockTimeout": "150ms", "lockRetries": 2}',
    "migrations/001_a.sql": "create table a (id int);",
  });
  await deployFolder(folder, database.url);
  const { writeFiles } = await import("../support/folders.ts");
  await writeFiles(folder, { "migrations/002_b.sql": "alter table a add b int;" });
  const holder = await database.connect();
  await holder.query("begin; lock table a in access share mode");
  const { ports, project, events } = await deployerOf(folder, database.url);
  await expect(deploy(ports, { project })).rejects.toMatchObject({
    code: "DEPLOY.LOCK_TIMEOUT",
    sqlState: "55P03",
    notes: [expect.stringContaining("lock table a in access share mode")],
    state: "nothing was changed",
  });
  expect(events.filter(({ event }) => event === "lock.retry")).toHaveLength(2);
  setTimeout(() => void holder.query("commit"), 200);
  expect((await deployFolder(folder, database.url)).outcome).toBe("deployed");
});

test("a session that can't be cleaned up behind COMMIT undoes nothing and is left", async () => {
  const database = await testDatabase();
  const folder = await folderWith({
    "migrations/001_a.sql": `create table counted (n int);
create temp table left_over (n int);
create index concurrently counted_n on counted (n);
do $$ begin while not exists (select from counted where n = 0) loop perform pg_sleep(0.05); end loop; end $$;
insert into counted values (1);`,
    "migrations/002_b.sql":
      "create table clean as select to_regclass('left_over') is null as it_is;",
  });
  const deployed = deployFolder(folder, database.url);
  const waitsFor = async (event: string): Promise<void> => {
    const asked = `select from pg_stat_activity where wait_event = '${event}' and datname = current_database()`;
    await expect
      .poll(() => database.query(asked), { timeout: 30_000, interval: 20 })
      .not.toEqual([]);
  };
  await waitsFor("PgSleep");
  const [row] = await database.query(
    "select relnamespace::regnamespace::text || '.left_over' as name from pg_class where relname = 'left_over'",
  );
  const holder = await database.connect();
  await holder.query(`begin; lock table ${String(row?.["name"])} in access share mode`);
  await database.run("insert into counted values (0)");
  // DISCARD TEMP, behind COMMIT, waits for whoever holds a lock on the table.
  await waitsFor("relation");
  await holder.query(
    "select pg_cancel_backend(pid) from pg_stat_activity where wait_event = 'relation' and datname = current_database()",
  );
  await holder.query("rollback");
  expect(await deployed).toMatchObject({ outcome: "deployed" });
  expect(await database.query("select n from counted order by n")).toEqual([{ n: 0 }, { n: 1 }]);
  expect(await database.query("select it_is from clean")).toEqual([{ it_is: true }]);
});

test.each([
  ["work_mem", "5 parsecs", "22023", /invalid value for parameter/],
  ["no_such_setting", "1", "42704", /unrecognized configuration parameter/],
  ["search_path", "app; drop table x", "22023", /invalid value for parameter/],
])(
  "a setting of the project that the server does not take stops the deploy: %s",
  async (name, value, sqlState, why) => {
    const database = await testDatabase();
    const folder = await folderWith({
      "lockstep.config.json": JSON.stringify({ settings: { [name]: value } }),
      "migrations/001_a.sql": "create table a (id int);",
    });
    await expect(deployFolder(folder, database.url)).rejects.toMatchObject({
      code: "CONFIG.VALUE",
      message: expect.stringMatching(why),
      sqlState,
      state: "nothing was changed",
    });
  },
);
