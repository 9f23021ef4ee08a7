import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { isAlive } from "../../../src/adapters/node/processes.ts";
import { embeddedScratch } from "../../../src/adapters/scratch/embedded-scratch.ts";
import { stocked } from "../../../src/adapters/scratch/stocked.ts";
import { serverPid } from "../../../src/adapters/scratch/server-process.ts";
import type { Scratch } from "../../../src/ports/scratch.ts";
import { testCache } from "../../support/cache.ts";
import { millisecondsUntilEnded, startHolder } from "../../support/holder.ts";
import { testMajors } from "../../support/servers.ts";

async function scratchOfATest(cache?: string): Promise<Scratch> {
  const environment = { LOCKSTEP_CACHE: cache ?? (await testCache()) };
  const scratch = embeddedScratch({ projectFolder: process.cwd(), environment, idleSeconds: 2 });
  onTestFinished(() => scratch.close());
  return scratch;
}

/** The servers that run on scratch clusters of this cache. */
async function serversOf(cache: string): Promise<readonly number[]> {
  const homes = await readdir(join(cache, "scratch")).catch(() => []);
  const pids = await Promise.all(homes.map((home) => serverPid(join(cache, "scratch", home))));
  return pids.filter((pid) => pid !== undefined);
}

test.for(testMajors)(
  "a scratch database on PostgreSQL %i is made, copied and dropped",
  async (major) => {
    const scratch = await scratchOfATest();
    const first = await scratch.create({ major });
    const session = await first.connect();
    expect(session.server.major).toBe(major);
    await session.script("create table a (b int); insert into a values (1)");
    await session.close();
    const second = await first.copy();
    const copied = await second.connect();
    expect(await copied.query("select b from a")).toEqual([{ b: 1 }]);
    await first.drop();
    await first.drop();
    const names = await copied.query("select datname from pg_database where datname ~ '^scratch_'");
    expect(names).toEqual([{ datname: second.name }]);
    await copied.close();
  },
);

test("a database that somebody is connected to cannot be copied, and the error says so", async () => {
  const scratch = await scratchOfATest();
  const database = await scratch.create();
  const session = await database.connect();
  await expect(database.copy()).rejects.toMatchObject({
    code: "SCRATCH.CREATE_FAILED",
    sqlState: "55006",
  });
  await session.close();
});

test("roles of a cluster of its own are seen by nobody else and gone with it", async () => {
  const cache = await testCache();
  const scratch = await scratchOfATest(cache);
  const own = await scratch.create({ isolation: "cluster" });
  const other = await scratch.create();
  const session = await own.connect();
  await session.script("create role owner_of_everything");
  await session.close();
  const elsewhere = await other.connect();
  const found = await elsewhere.query("select from pg_roles where rolname = 'owner_of_everything'");
  await elsewhere.close();
  expect(found).toHaveLength(0);
  expect(await serversOf(cache)).toHaveLength(2);
  await scratch.close();
  expect(await readdir(join(cache, "scratch"))).not.toContainEqual(expect.stringMatching(/^own-/));
});

test("roles that are made on the shared cluster are gone when its last database is dropped", async () => {
  const scratch = await scratchOfATest();
  const first = await scratch.create();
  const session = await first.connect();
  await session.script(
    "create role left_behind; create table a (); alter table a owner to left_behind",
  );
  await session.close();
  await first.drop();
  const second = await scratch.create();
  const next = await second.connect();
  expect(await next.query("select from pg_roles where rolname = 'left_behind'")).toHaveLength(0);
  await next.close();
});

test("processes that start at once share one server", async () => {
  const cache = await testCache();
  const holders = await Promise.all(
    [1, 2, 3, 4].map(() => startHolder({ cache, isolation: "database" })),
  );
  expect(new Set(holders.map((holder) => holder.server)).size).toBe(1);
  expect(new Set(holders.map((holder) => holder.name)).size).toBe(4);
  await Promise.all(holders.map((holder) => holder.finish()));
});

test("the shared server ends by itself when the last command that used it was killed", async () => {
  const cache = await testCache();
  const first = await startHolder({ cache, isolation: "database" });
  const second = await startHolder({ cache, isolation: "database" });
  await first.kill();
  await new Promise((resolve) => setTimeout(resolve, 4_000));
  expect(isAlive(second.server)).toBe(true);
  await second.kill();
  // Two seconds without a lease, looked at once per second.
  expect(await millisecondsUntilEnded(second.server, 10_000)).toBeGreaterThan(1_000);
  const third = await startHolder({ cache, isolation: "database" });
  expect(third.server).not.toBe(second.server);
  await third.finish();
});

test("the database of a killed command is dropped by the next one that cleans up", async () => {
  const cache = await testCache();
  const scratch = await scratchOfATest(cache);
  const mine = await scratch.create();
  const holder = await startHolder({ cache, isolation: "database" });
  await holder.kill();
  await mine.drop();
  const another = await scratch.create();
  const session = await another.connect();
  const left = await session.query("select from pg_database where datname = $1", [holder.name]);
  await session.close();
  expect(left).toHaveLength(0);
});

test("a server of one command ends seconds after that command was killed", async () => {
  const cache = await testCache();
  const holder = await startHolder({ cache, isolation: "cluster" });
  await holder.kill();
  await millisecondsUntilEnded(holder.server, 10_000);
  expect(await serversOf(cache)).toEqual([]);
});

test("killing the keeper ends the server instead of leaving it without one", async () => {
  const cache = await testCache();
  const scratch = await scratchOfATest(cache);
  const database = await scratch.create({ isolation: "cluster" });
  const [server] = await serversOf(cache);
  const session = await database.connect();
  const keepers = await session.query(
    "select pid from pg_stat_activity where application_name = 'lockstep keeper'",
  );
  expect(keepers).toHaveLength(1);
  process.kill(Number(keepers[0]?.["pid"]), "SIGKILL");
  await millisecondsUntilEnded(Number(server), 10_000);
});

test("with a server running, a scratch database takes well under half a second", async () => {
  const scratch = await scratchOfATest();
  await scratch.create();
  const times: number[] = [];
  for (let round = 0; round < 5; round += 1) {
    const start = performance.now();
    const database = await scratch.create();
    times.push(performance.now() - start);
    await database.drop();
  }
  expect(Math.min(...times)).toBeLessThan(500);
});

test.skipIf(process.getuid?.() !== 0)(
  "an ordinary user runs the server as themselves",
  async () => {
    const cache = await testCache();
    const { chown, rm } = await import("node:fs/promises");
    const uid = 1;
    // Programs are shared; a template belongs to the user who copies it.
    await rm(join(cache, "templates"));
    await chown(cache, uid, uid);
    const holder = await startHolder({ cache, isolation: "cluster", uid });
    expect(holder.uid).toBe(uid);
    await holder.finish();
    await millisecondsUntilEnded(holder.server, 10_000);
  },
);

test("a stocked scratch has the next database ready, never one that was used, and leaves nothing", async () => {
  const cache = await testCache();
  const plain = await scratchOfATest(cache);
  const scratch = stocked(plain);
  const first = await scratch.create();
  const session = await first.connect();
  await session.script("create table used ()");
  await session.close();
  await first.drop();
  await first.drop();
  const look = await plain.create();
  const other = await look.connect();
  const names = async (): Promise<readonly unknown[]> =>
    (await other.query("select datname from pg_database where datname ~ '^scratch_'")).map(
      ({ datname }) => datname,
    );
  const ready = await vi.waitFor(async () => {
    const [one, ...more] = (await names()).filter((name) => name !== look.name);
    expect([one, more]).toEqual([expect.not.stringContaining(first.name), []]);
    return one;
  });
  const second = await scratch.create();
  expect(second.name).toBe(ready);
  const fresh = await second.connect();
  expect(await fresh.query("select to_regclass('used') as used")).toEqual([{ used: null }]);
  await fresh.close();
  // Of another kind there is none in stock.
  const own = await scratch.create({ isolation: "cluster" });
  expect(await serversOf(cache)).toHaveLength(2);
  await own.drop();
  await second.drop();
  await other.close();
  await scratch.close();
  expect(await serversOf(cache)).toHaveLength(1);
});

test("a cluster of its own ends with the last database on it", async () => {
  const cache = await testCache();
  const scratch = await scratchOfATest(cache);
  const own = await scratch.create({ isolation: "cluster" });
  const copy = await own.copy();
  await own.drop();
  expect(await serversOf(cache)).toHaveLength(1);
  await copy.drop();
  expect(await serversOf(cache)).toHaveLength(0);
});
