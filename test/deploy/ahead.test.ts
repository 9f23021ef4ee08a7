/**
 * Small migrations are sent to the server before those in front of them are answered. Whatever goes wrong in one,
 * nothing behind it happens, and what happened unseen is not done twice.
 */
import type { ChildProcess } from "node:child_process";
import { describe, expect, test } from "vitest";
import { deploy } from "../../src/deploy/deploy.ts";
import { testDatabase, type TestDatabase } from "../support/database.ts";
import { deployerOf, deployFolder } from "../support/deploy.ts";
import { folderWith, writeFiles } from "../support/folders.ts";
import { runLockstep } from "../support/lockstep.ts";
import { startProxy, type FaultPoint, type WireProxy } from "../support/proxy.ts";

const base = { "migrations/001_base.sql": "create table counted (n int);" };

/** Each changes the schema and adds a row, so that twice would be seen. */
function small(from: number, to: number): Record<string, string> {
  const names = Array.from({ length: to - from + 1 }, (_, index) => from + index);
  return Object.fromEntries(
    names.map((n) => [
      `migrations/${String(n).padStart(3, "0")}_small.sql`,
      `create table t${n} (id int);\ninsert into counted values (${n});\n`,
    ]),
  );
}

async function counted(database: TestDatabase): Promise<readonly number[]> {
  const rows = await database.query("select n from counted order by n");
  return rows.map((row) => Number(row["n"]));
}

async function applied(database: TestDatabase): Promise<readonly string[]> {
  const rows = await database.query("select id from lockstep.migrations order by position");
  return rows.map((row) => String(row["id"]));
}

const isWork = (name: string): boolean => /^lockstep [0-9a-f-]{36}$/.test(name);

async function proxied(): Promise<{ database: TestDatabase; proxy: WireProxy; url: string }> {
  const database = await testDatabase();
  const proxy = await startProxy({ to: database.url, only: isWork });
  return { database, proxy, url: proxy.urlOf(database.url) };
}

const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

test("several are on their way at once, in messages of their own", async () => {
  const { proxy, url } = await proxied();
  const folder = await folderWith({ ...base, ...small(2, 30) });
  let most = 0;
  proxy.inject({
    point: "readyForQuery",
    nth: "each",
    action: () => {
      const { commitSent, committed } = proxy.counts();
      most = Math.max(most, commitSent - committed);
    },
  });
  await deployFolder(folder, url);
  expect(most).toBeGreaterThan(4);
  // The ledger's own commit, and one for each migration.
  expect(proxy.counts().committed).toBe(31);
});

describe("a failure in the middle", () => {
  test("of a statement stops all that was sent behind it, and names its place", async () => {
    const database = await testDatabase();
    const wrong = "insert into counted values (5);\n\nselect 1 from nowhere;";
    const folder = await folderWith({
      ...base,
      ...small(2, 12),
      "migrations/005_small.sql": wrong,
    });
    await expect(deployFolder(folder, database.url)).rejects.toMatchObject({
      code: "DEPLOY.STATEMENT_FAILED",
      where: { file: "migrations/005_small.sql", line: 3, column: 15 },
      state: expect.stringContaining("nothing of 005_small was changed"),
    });
    expect(await counted(database)).toEqual([2, 3, 4]);
    await writeFiles(folder, { "migrations/005_small.sql": "insert into counted values (5);" });
    await deployFolder(folder, database.url);
    expect(await counted(database)).toEqual(range(2, 12));
  });

  test("of COMMIT itself, which leaves no transaction behind, stops them too", async () => {
    const database = await testDatabase();
    const deferred = `create table child (id int references parent deferrable initially deferred);
insert into child values (1);`;
    const folder = await folderWith({
      ...base,
      ...small(2, 12),
      "migrations/004_small.sql": "create table parent (id int primary key);",
      "migrations/005_small.sql": deferred,
    });
    await expect(deployFolder(folder, database.url)).rejects.toMatchObject({
      code: "DEPLOY.STATEMENT_FAILED",
      sqlState: "23503",
      where: { file: "migrations/005_small.sql" },
    });
    expect(await counted(database)).toEqual([2, 3]);
    expect(await applied(database)).toEqual(["001_base", "002_small", "003_small", "004_small"]);
  });

  test("for want of a lock is tried again, and those behind it follow", async () => {
    const database = await testDatabase();
    const folder = await folderWith({
      "lockstep.config.json": JSON.stringify({ lockTimeout: "300ms", lockRetries: 20 }),
      ...base,
      ...small(2, 12),
      "migrations/002_small.sql": "create table locked (id int); insert into counted values (2);",
    });
    await deployFolder(folder, database.url);
    await writeFiles(folder, {
      ...small(13, 24),
      "migrations/015_small.sql":
        "alter table locked add column more int; insert into counted values (15);",
    });
    const holder = await database.connect();
    await holder.query("begin; select from locked");
    const { ports, project, events } = await deployerOf(folder, database.url);
    const run = deploy(ports, { project });
    await expect
      .poll(() => events.filter(({ event }) => event === "lock.retry").length, { timeout: 20_000 })
      .toBeGreaterThan(0);
    expect(await counted(database)).toEqual(range(2, 14));
    await holder.query("commit");
    await run;
    expect(await counted(database)).toEqual(range(2, 24));
    expect(events.some(({ event }) => event === "lock.waiting")).toBe(true);
  });
});

test("a file that sets its transaction's isolation is not preceded by a query", async () => {
  const database = await testDatabase();
  const serializable =
    "set transaction isolation level serializable;\ninsert into counted values (5);";
  const files = { ...base, ...small(2, 8), "migrations/005_small.sql": serializable };
  await deployFolder(await folderWith(files), database.url);
  expect(await counted(database)).toEqual(range(2, 8));
});

test("a search_path that shadows what is asked between two of them changes nothing", async () => {
  const database = await testDatabase();
  const shadow = `create schema evil;
create function evil.current_setting(text, boolean) returns text language sql as 'select null';
create function evil.no(text, text) returns boolean language sql as 'select false';
create operator evil.= (leftarg = text, rightarg = text, function = evil.no);
insert into counted values (2);`;
  const folder = await folderWith({ ...base, "migrations/002_small.sql": shadow });
  await deployFolder(folder, database.url);
  const name = new URL(database.url).pathname.slice(1);
  await database.query(`alter database ${name} set search_path = evil, public, pg_catalog`);
  await writeFiles(folder, small(3, 9));
  await deployFolder(folder, database.url);
  expect(await counted(database)).toEqual(range(2, 9));
});

describe("the connection is lost with several on their way: the next deploy ends the same", () => {
  const files = { ...base, ...small(2, 9) };

  async function expectWhole(folder: string, database: TestDatabase, where: string): Promise<void> {
    await deployFolder(folder, database.url, { retryForMs: 20_000 });
    expect(await counted(database), where).toEqual(range(2, 9));
    expect((await applied(database)).length, where).toBe(9);
  }

  for (const point of ["commitSent", "committed", "readyForQuery"] as const) {
    test(`reset at every ${point}`, { timeout: 300_000 }, async () => {
      const folder = await folderWith(files);
      const all = await boundaries(folder, point);
      let injected = 0;
      for (let nth = 1; nth <= all; nth += 1) {
        const { database, proxy, url } = await proxied();
        proxy.inject({ point, nth, action: "reset" });
        const { ports, project } = await deployerOf(folder, url);
        await deploy(ports, { project }).catch((error: unknown) => {
          expect(error).toMatchObject({
            code: expect.stringMatching(/^(DEPLOY\.CONNECTION_LOST|CONNECT\.LOST)$/),
          });
        });
        injected += proxy.injected();
        await expectWhole(folder, database, `${point} ${nth} of ${all}`);
      }
      expect(injected).toBe(all);
    });
  }

  test("SIGKILL at every second commit", { timeout: 300_000 }, async () => {
    const folder = await folderWith(files);
    const all = await boundaries(folder, "committed");
    for (let nth = 2; nth <= all; nth += 2) {
      const { database, proxy, url } = await proxied();
      let child: ChildProcess | undefined;
      proxy.inject({ point: "committed", nth, action: () => void child?.kill("SIGKILL") });
      await runLockstep(["deploy"], {
        cwd: folder,
        env: { DATABASE_URL: url },
        onStart: (started) => {
          child = started;
        },
      });
      expect(proxy.injected()).toBe(1);
      await expectWhole(folder, database, `killed at commit ${nth} of ${all}`);
    }
  });

  async function boundaries(folder: string, point: FaultPoint): Promise<number> {
    const { proxy, url } = await proxied();
    await deployFolder(folder, url);
    expect(proxy.counts().readyForQuery).toBeGreaterThan(15);
    return proxy.counts()[point];
  }
});
