/**
 * Whatever interrupts a deploy, the next one ends where an undisturbed one ends: the same catalog, the same rows,
 * the same ledger. Faults come from a proxy that reads the protocol, at every boundary that it counts.
 */
import type { ChildProcess } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { deploy } from "../../src/deploy/deploy.ts";
import { testDatabase, type TestDatabase } from "../support/database.ts";
import { deployerOf, deployFolder } from "../support/deploy.ts";
import { writeFiles } from "../support/folders.ts";
import { runLockstep } from "../support/lockstep.ts";
import { oracleLines, oraclePresent } from "../support/oracle.ts";
import { startProxy, type FaultPoint, type WireProxy } from "../support/proxy.ts";

/** Transactions, a file with its own blocks, statements that run alone, an enum value that is used, COPY, data. */
const mixed = {
  "migrations/001_base.sql": `create type mood as enum ('good');
create table people (id int primary key, name text not null, mood mood);
insert into people select i, 'p' || i, 'good' from generate_series(1, 100) i;
create table counted (n int);`,
  "migrations/002_mixed.sql": `alter table people add phone text;
create index concurrently people_phone on people (phone);
insert into counted values (2);
alter type mood add value 'bad';
insert into people values (101, 'x', 'bad', null);
create unique index concurrently on people (name);
vacuum people;`,
  "migrations/003_blocks.sql": `begin;
create table a (id int);
insert into counted values (3);
commit;
begin;
insert into counted values (33);
commit;`,
  "migrations/004_copy.sql": `create table copied (id int, t text);
copy copied from stdin;
1\ta
2\tb
\\.
insert into counted values (4);`,
  "migrations/005_drop.sql": `drop index concurrently people_phone;
insert into counted values (5);`,
  "migrations/006_data.js": `exports.up = async (db) => { await db.query("insert into counted values ($1)", [6]); };`,
};

interface EndState {
  readonly catalog: readonly string[];
  readonly rows: unknown;
  readonly ledger: unknown;
}

async function endState(database: TestDatabase): Promise<EndState> {
  const catalog = oraclePresent ? await oracleLines(database.url) : [];
  const counts = await database.query(
    `select (select array_agg(n order by n) from counted) as counted, (select count(*) from people) as people,
      (select count(*) from copied) as copied,
      (select array_agg(relname::text order by relname) from pg_class where relnamespace = 'public'::regnamespace) as relations,
      (select count(*) from pg_index where not indisvalid) as invalid,
      (select count(*) from pg_locks where locktype = 'advisory' and database =
        (select oid from pg_database where datname = current_database())) as locks`,
  );
  const entries = await database.query(
    "select id, state, provenance from lockstep.migrations order by id",
  );
  const open = await database.query("select count(*) as journal from lockstep.statements");
  return {
    // The ledger's own tables are not what is deployed.
    catalog: catalog.filter((line) => !line.includes("lockstep")),
    rows: counts,
    ledger: { entries, open },
  };
}

/** The work session's connections: the lock's and the observer's carry another name. */
const isWork = (name: string): boolean => /^lockstep [0-9a-f-]{36}$/.test(name);

let folder: string;
let undisturbed: EndState;
const boundaries: Partial<Record<FaultPoint, number>> = {};

async function prepare(): Promise<{ database: TestDatabase; proxy: WireProxy; url: string }> {
  const database = await testDatabase();
  const proxy = await startProxy({ to: database.url, only: isWork });
  return { database, proxy, url: proxy.urlOf(database.url) };
}

async function expectRecovery(database: TestDatabase, where: string): Promise<void> {
  await deployFolder(folder, database.url, { retryForMs: 20_000 });
  expect(await endState(database), where).toEqual(undisturbed);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "lockstep-faults-"));
  await writeFiles(folder, mixed);
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

test("an undisturbed deploy of the mixed project, its boundaries counted", async () => {
  const { database, proxy, url } = await prepare();
  proxy.inject(undefined);
  await deployFolder(folder, url);
  undisturbed = await endState(database);
  expect(undisturbed.rows).toMatchObject([
    { counted: [2, 3, 4, 5, 6, 33], people: "101", invalid: "0" },
  ]);
  Object.assign(boundaries, proxy.counts());
  expect(boundaries.readyForQuery).toBeGreaterThan(30);
});

test("SIGKILL at every answer: the next deploy ends the same", { timeout: 600_000 }, async () => {
  let injected = 0;
  const all = boundaries.readyForQuery ?? 0;
  for (let nth = 1; nth <= all; nth += 1) {
    const { database, proxy, url } = await prepare();
    let child: ChildProcess | undefined;
    const killed = new Promise<void>((resolve) => {
      proxy.inject({
        point: "readyForQuery",
        nth,
        action: () => {
          child?.kill("SIGKILL");
          resolve();
        },
      });
    });
    const run = await runLockstep(["deploy"], {
      cwd: folder,
      env: { DATABASE_URL: url },
      onStart: (started) => {
        child = started;
      },
    });
    if (run.signal === "SIGKILL") {
      await killed;
      injected += proxy.injected();
    }
    await expectRecovery(database, `killed at answer ${nth} of ${all}`);
  }
  console.log(`SIGKILL: ${injected} faults injected at ${all} boundaries`);
  // Behind the last answers the program may have ended before the signal reaches it.
  expect(injected).toBeGreaterThanOrEqual(all - 3);
});

for (const point of ["commitSent", "committed", "readyForQuery"] as const) {
  test(
    `the connection reset at every ${point}: the next deploy ends the same`,
    { timeout: 600_000 },
    async () => {
      let injected = 0;
      const all = boundaries[point] ?? 0;
      for (let nth = 1; nth <= all; nth += 1) {
        const { database, proxy, url } = await prepare();
        proxy.inject({ point, nth, action: "reset" });
        const { ports, project } = await deployerOf(folder, url);
        const outcome = await deploy(ports, { project }).then(
          (report) => report.outcome,
          (error: unknown) =>
            error instanceof Error && "code" in error ? String(error.code) : String(error),
        );
        expect(["deployed", "DEPLOY.CONNECTION_LOST", "CONNECT.LOST"], `${point} ${nth}`).toContain(
          outcome,
        );
        injected += proxy.injected();
        await expectRecovery(database, `reset at ${point} ${nth} of ${all}`);
      }
      console.log(`reset at ${point}: ${injected} faults injected at ${all} boundaries`);
      expect(injected).toBe(all);
    },
  );
}

test(
  "pg_terminate_backend at every third answer: the next deploy ends the same",
  { timeout: 600_000 },
  async () => {
    let injected = 0;
    const all = boundaries.readyForQuery ?? 0;
    for (let nth = 1; nth <= all; nth += 3) {
      const { database, proxy, url } = await prepare();
      proxy.inject({
        point: "readyForQuery",
        nth,
        action: async () => {
          await database.query(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name ~ '^lockstep [0-9a-f-]{36}$'",
          );
        },
      });
      await deployFolder(folder, url).catch((error: unknown) => {
        expect(error).toMatchObject({
          code: expect.stringMatching(/^(DEPLOY\.CONNECTION_LOST|CONNECT\.LOST)$/),
        });
      });
      injected += proxy.injected();
      await expectRecovery(database, `terminated at answer ${nth} of ${all}`);
    }
    console.log(`pg_terminate_backend: ${injected} faults injected`);
    expect(injected).toBe(Math.ceil(all / 3));
  },
);
