/** Migrations that run in batches: every row once, whatever comes between, and nobody waits for long. */
import type { ChildProcess } from "node:child_process";
import type pg from "pg";
import { expect, test } from "vitest";
import { backfill, type BackfillWord } from "../../../src/deploy/backfill.ts";
import { tryBackfill } from "../../../src/deploy/try-backfill.ts";
import { testDatabase, type TestDatabase } from "../../support/database.ts";
import { deployerOf, deployFolder } from "../../support/deploy.ts";
import { folderWith, writeFiles } from "../../support/folders.ts";
import { runLockstep } from "../../support/lockstep.ts";

const table = `create table t (id bigint generated always as identity primary key, name text, n int not null default 0);
insert into t (name) select 'r' || i from generate_series(1, 5000) i;`;
const counting = "-- lockstep: backfill batch=50 target=5ms\nupdate t set n = n + 1;";

async function counts(database: TestDatabase): Promise<unknown> {
  return await database.query("select n, count(*)::int as rows from t group by n order by n");
}

test("an update, a delete and an insert by a composite key do each row once and leave no trace but their record", async () => {
  const database = await testDatabase();
  const folder = await folderWith({
    "migrations/001_t.sql": `create table "T x" ("a b" int not null, c text collate "C" not null, n int default 0, primary key ("a b", c));
insert into "T x" select i % 7, 'k''\\' || i from generate_series(1, 3000) i;
create table copy (c text primary key, n int); create table kept (c text);`,
    "migrations/002_up.sql": `-- lockstep: backfill batch=200
-- lockstep: verify select count(*) = 3000 from "T x" where n = 1
update "T x" as x set n = x.n + 1 from (select 1 as one) o where o.one = 1 returning x.n -- done`,
    "migrations/003_in.sql": `-- lockstep: backfill batch=300
insert into copy select x.c, x.n from "T x" x on conflict (c) do update set n = copy.n + 100`,
    "migrations/004_out.sql": `-- lockstep: backfill key=c
delete from copy where length(c) > 5`,
  });
  const { applied } = await deployFolder(folder, database.url);
  expect(applied).toHaveLength(4);
  expect(await database.query('select n, count(*)::int as rows from "T x" group by n')).toEqual([
    { n: 1, rows: 3000 },
  ]);
  expect(
    await database.query(
      "select min(n), max(n), max(length(c)) as l, count(*)::int as rows from copy",
    ),
  ).toEqual([{ min: 1, max: 1, l: 5, rows: 99 }]);
  expect(await database.query("select from lockstep.statements")).toEqual([]);
  expect(
    await database.query(
      "select detail->>'rows' as rows from lockstep.events where migration_id = '002_up' and event = 'applied'",
    ),
  ).toEqual([{ rows: "3000" }]);
});

test.each([
  ["BACKFILL.NO_KEY", "create table k (a int);", "update k set a = 1"],
  ["BACKFILL.NO_KEY", "create table k (a int unique);", "update k set a = 1"],
  ["BACKFILL.NO_KEY", "create table k (a int primary key);", "update k set a = a + 1"],
  ["BACKFILL.NO_KEY", "create table k (a int primary key, b int);", "update missing set b = 1"],
  [
    "BACKFILL.STATEMENT",
    "create table k (a int primary key, b int);",
    "update k set b = 1; select 1",
  ],
])("%s: %s %s", async (code, schema, sql) => {
  const database = await testDatabase();
  const folder = await folderWith({
    "migrations/001_k.sql": schema,
    "migrations/002_u.sql": `-- lockstep: backfill\n${sql}`,
  });
  await expect(deployFolder(folder, database.url)).rejects.toMatchObject({
    code,
    where: { file: "migrations/002_u.sql" },
  });
});

/** LOCKSTEP_KILLS=100 for the long form, which says how many of them met a batch on its way. */
const kills = Number(process.env["LOCKSTEP_KILLS"] ?? 8);

test(
  `killed for good ${kills} times, each row is done once, in SQL and in TypeScript`,
  async () => {
    const database = await testDatabase();
    const rows = Math.max(10_000, kills * 1_000);
    const folder = await folderWith({
      // So that a batch has a middle: rows that are changed, and not for good yet.
      "migrations/001_t.sql": `${table.replace("5000", String(rows))}
create function linger() returns trigger language plpgsql as $$ begin perform pg_sleep(0.01); return null; end $$;
create trigger linger after update on t for each statement execute function linger();`,
      "migrations/002_sql.sql":
        "-- lockstep: backfill batch=100 batch-max=200 pace=0.5\nupdate t set n = n + 1",
      "migrations/003_ts.ts": `export async function up(db: any, { batch }: any) {
  await batch({ table: "t", columns: ["id"], size: 200, targetMs: 0, rate: 8000 }, async (rows: any[], tx: any) => {
    await tx.query("update t set n = n + 10 where id = any($1)", [rows.map((row) => row.id)]);
  });
  await db.query("insert into t (name, n) values ('last', 11)");
}`,
    });
    await deployFolder(folder, database.url, { to: "001_t" });
    const client = await database.connect();
    const done = async (): Promise<number> => {
      const { rows: found } = await client.query<{ n: string }>("select sum(n) as n from t");
      return Number(found[0]?.n ?? 0);
    };
    const met = new Map<string, number>();
    /** Some time after a batch was done, whichever it was; every second time as soon as a batch is on its way. */
    const strike = async (child: ChildProcess, isAimed: boolean): Promise<void> => {
      const before = await done();
      while (child.exitCode === null && (await done()) === before) await sleep(3);
      await sleep(Math.random() * 60);
      for (let id: string | undefined; child.exitCode === null; child.kill("SIGCONT")) {
        // It stands still while it is looked at, so that what is seen is what is killed.
        if (!isAimed || (await batchUnderWay(client)) !== undefined) {
          child.kill("SIGSTOP");
          id = await batchUnderWay(client);
          if (id !== undefined) met.set(id, (met.get(id) ?? 0) + 1);
          if (id !== undefined || !isAimed) break;
        }
        await sleep(1);
      }
      child.kill("SIGKILL");
    };
    const told: string[] = [];
    for (const id of ["002_sql", "003_ts"]) {
      let killed = 0;
      for (let isDone = false; !isDone;) {
        const goes = killed < kills / 2;
        const env = { DATABASE_URL: database.url };
        let striking: Promise<void> | undefined;
        const onStart = (child: ChildProcess): void => {
          if (goes) striking = strike(child, killed % 2 === 1);
        };
        const run = await runLockstep(["deploy", "--to", id], { cwd: folder, env, onStart });
        await striking;
        if (run.signal === "SIGKILL") killed += 1;
        else if (run.exitCode === 0) isDone = true;
        else expect.fail(run.stderr);
      }
      const hits = met.get(id) ?? 0;
      told.push(`${id}: ${killed} kills, ${hits} while a batch was on its way`);
      expect(killed).toBe(Math.ceil(kills / 2));
      expect(hits).toBeGreaterThanOrEqual(Math.floor(killed / 2));
    }
    expect(await counts(database)).toEqual([{ n: 11, rows: rows + 1 }]);
    if (kills > 20) process.stderr.write(`${told.join("\n")}\n`);
  },
  Math.max(900_000, kills * 20_000),
);

/** The migration whose batch has a transaction open. */
async function batchUnderWay(client: pg.Client): Promise<string | undefined> {
  const { rows } = await client.query<{ id: string }>(
    `select s.migration_id as id from lockstep.statements s
     where s.state = 'started' and exists (select from pg_stat_activity a
       where a.datname = current_database() and a.pid <> pg_backend_pid() and a.xact_start is not null
         and (a.state = 'idle in transaction' or a.query ~ 'update t set|^update lockstep.statements|for update'))`,
  );
  return rows[0]?.id;
}

async function sleep(durationMs: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, durationMs));
}

async function word(folder: string, url: string, what: BackfillWord): ReturnType<typeof backfill> {
  const { ports, project } = await deployerOf(folder, url);
  return await backfill(ports, { project, word: what });
}

test("it is paused, looked at, slowed down and gone on with from elsewhere while it runs", async () => {
  const database = await testDatabase();
  const folder = await folderWith({
    "migrations/001_t.sql": table,
    "migrations/002_n.sql":
      "-- lockstep: backfill batch=20 target=0 rate=400\nupdate t set n = n + 1",
  });
  await deployFolder(folder, database.url, { to: "001_t" });
  const deploying = deployFolder(folder, database.url);
  const say = (what: BackfillWord): ReturnType<typeof word> => word(folder, database.url, what);
  await expect
    .poll(async () => (await say({ kind: "status" })).backfills[0]?.rows ?? 0, { timeout: 30_000 })
    .toBeGreaterThan(0);
  expect((await say({ kind: "pause", id: undefined })).backfills).toMatchObject([
    { id: "002_n", state: "paused" },
  ]);
  // The batch that is under way ends first.
  await sleep(1500);
  const [first] = (await say({ kind: "status" })).backfills;
  await sleep(1000);
  expect((await say({ kind: "status" })).backfills[0]?.rows).toBe(first?.rows);
  expect((await say({ kind: "rate", id: "002_n", rate: 0 })).backfills[0]).toMatchObject({
    rate: 0,
    table: "public.t",
  });
  await say({ kind: "resume", id: undefined });
  await deploying;
  expect(await counts(database)).toEqual([{ n: 1, rows: 5000 }]);
  await expect(say({ kind: "pause", id: undefined })).rejects.toMatchObject({
    code: "BACKFILL.NONE",
    message: "no backfill is under way",
  });
}, 60_000);

test("it waits while others wait for locks, are at work, or much is written, says why, and goes on", async () => {
  const database = await testDatabase();
  const marks = "batch=1700 target=0 max-lock-waits=1 max-active=3 max-wal=0.001";
  const folder = await folderWith({
    "migrations/001_t.sql": table,
    "migrations/002_n.sql": `-- lockstep: backfill ${marks}\nupdate t set n = n + 1`,
  });
  await deployFolder(folder, database.url, { to: "001_t" });
  const others = await Promise.all([1, 2, 3, 4, 5].map(() => database.connect()));
  const [holder, ...rest] = others;
  await holder?.query("select pg_advisory_lock(77)");
  const waiting = rest.map((client) => client.query("select pg_advisory_lock_shared(77)"));
  let said = "";
  const deploying = runLockstep(["deploy"], {
    cwd: folder,
    env: { DATABASE_URL: database.url },
    onStart: (child) => {
      child.stderr?.on(
        "data",
        (chunk: Uint8Array) => (said += Buffer.from(chunk).toString("utf8")),
      );
    },
  });
  const hears = async (words: string): Promise<void> =>
    await expect.poll(() => said, { timeout: 30_000 }).toContain(words);
  await hears("waits: 4 sessions wait for locks, more than 1");
  const asleep = rest.map(async (client, at) => {
    await waiting[at];
    await client.query("select pg_sleep(3)");
  });
  await holder?.query("select pg_advisory_unlock(77)");
  await hears("waits: 4 sessions are at work, more than 3");
  await Promise.all(asleep);
  await hears("MB of WAL are written in a second, more than 0.001 MB");
  expect((await deploying).exitCode).toBe(0);
  expect(await counts(database)).toEqual([{ n: 1, rows: 5000 }]);
}, 60_000);

test("a deploy that finds it paused is refused, and what comes after it does not run", async () => {
  const database = await testDatabase();
  const folder = await folderWith({
    "migrations/001_t.sql": `${table}\ncreate function stop() returns trigger language plpgsql as $$ begin if new.id = 3000 then raise 'not yet'; end if; return new; end $$;
create trigger stop before update on t for each row execute function stop();`,
    "migrations/002_n.sql": counting,
    "migrations/003_after.sql": "create table after_it (id int);",
  });
  await expect(deployFolder(folder, database.url)).rejects.toMatchObject({
    code: "DEPLOY.STATEMENT_FAILED",
    where: { file: "migrations/002_n.sql", line: 2 },
    state: expect.stringMatching(/of 002_n, \d+ batch.* committed, and the next deploy/) as unknown,
  });
  await word(folder, database.url, { kind: "pause", id: undefined });
  await expect(deployFolder(folder, database.url)).rejects.toMatchObject({
    code: "BACKFILL.PAUSED",
  });
  await word(folder, database.url, { kind: "resume", id: undefined });
  await writeFiles(folder, {
    "migrations/002_n.sql": `${counting}\n-- other words, the same statement`,
  });
  await database.run("drop trigger stop on t");
  await deployFolder(folder, database.url);
  expect(await counts(database)).toEqual([{ n: 1, rows: 5000 }]);
  expect(await database.query("select to_regclass('after_it') is not null as there")).toEqual([
    { there: true },
  ]);
}, 60_000);

test("half done it may not become another statement, and a check that fails stops before what depends on it", async () => {
  const database = await testDatabase();
  const folder = await folderWith({
    "migrations/001_t.sql": table,
    "migrations/002_n.sql":
      "-- lockstep: backfill\n-- lockstep: verify select id from t where n <> 2 limit 3\nupdate t set n = n + 1",
  });
  const failing = {
    code: "BACKFILL.VERIFY",
    state: expect.stringMatching(/of 002_n, \d+ batches \(5,000 rows\) are committed/) as unknown,
    next: expect.stringContaining("lockstep backfill restart 002_n"),
  };
  await expect(deployFolder(folder, database.url)).rejects.toMatchObject(failing);
  await writeFiles(folder, {
    "migrations/002_n.sql": "-- lockstep: backfill\nupdate t set n = n + 2",
  });
  await expect(deployFolder(folder, database.url)).rejects.toMatchObject({
    code: "PLAN.EDITED_PARTIAL",
  });
  await word(folder, database.url, { kind: "restart", id: "002_n" });
  await deployFolder(folder, database.url);
  expect(await counts(database)).toEqual([{ n: 3, rows: 5000 }]);
});

test("what fails behind its batches is corrected, allowed, and goes on where it stopped, in its own table alone", async () => {
  const database = await testDatabase();
  const code = (then: string, inTable = "t"): string => `export async function up(db, { batch }) {
  await batch({ table: "${inTable}" }, async (rows, tx) => {
    await tx.query("update ${inTable} set n = n + 1 where id = any($1)", [rows.map((row) => row.id)]);
  });
  await db.query("${then}");
}`;
  const folder = await folderWith({
    "migrations/001_t.sql": `${table}\ncreate table other (id int primary key, n int);`,
    "migrations/002_ts.mjs": code("select no_such_column from t"),
  });
  await expect(deployFolder(folder, database.url)).rejects.toMatchObject({
    state: expect.stringContaining("(5,000 rows)") as unknown,
    next: "Correct the file, then: lockstep deploy --allow-edited 002_ts",
  });
  const allowed = { allowEdited: ["002_ts"] };
  await writeFiles(folder, { "migrations/002_ts.mjs": code("select 1", "other") });
  await expect(deployFolder(folder, database.url, allowed)).rejects.toMatchObject({
    code: "PLAN.EDITED_PARTIAL",
    message: expect.stringContaining("another table") as unknown,
  });
  await writeFiles(folder, { "migrations/002_ts.mjs": code("select 1") });
  await expect(deployFolder(folder, database.url)).rejects.toMatchObject({
    code: "PLAN.EDITED_PARTIAL",
    next: expect.stringContaining("--allow-edited 002_ts") as unknown,
  });
  await deployFolder(folder, database.url, allowed);
  expect(await counts(database)).toEqual([{ n: 1, rows: 5000 }]);
});

test("what TypeScript writes before a batch would be written again, so it is refused", async () => {
  const database = await testDatabase();
  const folder = await folderWith({
    "migrations/001_t.sql": table,
    "migrations/002_ts.mjs": `export async function up(db, { batch }) {
  await db.query("update t set n = 7 where id = 1");
  await batch({ table: "t" }, async () => undefined);
}`,
  });
  await expect(deployFolder(folder, database.url)).rejects.toMatchObject({
    code: "DEPLOY.DATA_UNSUPPORTED",
  });
  expect(await counts(database)).toEqual([{ n: 0, rows: 5000 }]);
});

test("tried on a sample, it is measured and rolled back", async () => {
  const database = await testDatabase();
  const folder = await folderWith({
    "migrations/001_t.sql": table,
    "migrations/002_n.sql": counting,
  });
  await deployFolder(folder, database.url, { to: "001_t" });
  await database.run("analyze t");
  const { ports, project } = await deployerOf(folder, database.url);
  const tried = await tryBackfill(ports, { project, id: undefined, sample: 100 });
  expect(tried).toMatchObject({
    id: "002_n",
    key: ["id"],
    sampled: 100,
    changed: 100,
    estimate: 5000,
  });
  expect(tried.plan.join()).toContain("Index");
  expect(await counts(database)).toEqual([{ n: 0, rows: 5000 }]);
});
