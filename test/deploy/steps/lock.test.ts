import { expect, onTestFinished, test } from "vitest";
import { nodeClock } from "../../../src/adapters/node/clock.ts";
import { databaseOf } from "../../support/sessions.ts";
import { LockstepError } from "../../../src/core/errors.ts";
import { takeDeployLock, type HeldLock, type LockRequest } from "../../../src/deploy/steps/lock.ts";
import { lockKey } from "../../../src/deploy/steps/lock/key.ts";
import type { ProgressEvent } from "../../../src/ports/progress.ts";
import { testDatabase, type TestDatabase } from "../../support/database.ts";

const identity = { osUser: "ann", host: "build-7", gitSha: undefined, toolVersion: "0.0.0" };

function requestOf(database: TestDatabase, more: Partial<LockRequest> = {}): LockRequest {
  return {
    database: databaseOf(database.url),
    scope: "default",
    deploymentId: "01930000-0000-7000-8000-000000000001",
    identity,
    clock: nodeClock,
    progress: () => undefined,
    waitMs: 0,
    ...more,
  };
}

async function take(request: LockRequest): Promise<HeldLock> {
  const lock = await takeDeployLock(request);
  onTestFinished(() => lock.release());
  return lock;
}

async function codeOf(promise: Promise<unknown>): Promise<LockstepError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof LockstepError) return error;
  throw new Error(`expected a LockstepError, got ${String(error)}`);
}

test("a second deploy of the same scope is told who holds the lock", async () => {
  const database = await testDatabase();
  await take(requestOf(database));
  const error = await codeOf(takeDeployLock(requestOf(database)));
  expect(error.code).toBe("LOCK.BUSY");
  expect(error.message).toMatch(
    /postgres from 127\.0\.0\.1 \(lockstep 01930000-0000-7000-8000-000000000001 lock, pid \d+\) since \d{4}-/,
  );
});

test("another scope, and another database, are other locks", async () => {
  const [one, two] = [await testDatabase(), await testDatabase()];
  await take(requestOf(one));
  await take(requestOf(one, { scope: "tenant" }));
  await take(requestOf(two));
});

test("the waiting line names what the holder is running, and the lock is taken when it is free", async () => {
  const database = await testDatabase();
  const first = await takeDeployLock(requestOf(database));
  const work = await databaseOf(database.url).connect({
    applicationName: "lockstep 01930000-0000-7000-8000-000000000001",
  });
  onTestFinished(() => work.close());
  const running = work.query("select pg_sleep(1) -- the slow step");
  await new Promise((later) => setTimeout(later, 100));
  const events: ProgressEvent[] = [];
  const second = take(
    requestOf(database, { waitMs: 20_000, progress: (event) => events.push(event) }),
  );
  await running;
  await first.release();
  await second;
  expect(events).toHaveLength(1);
  expect(events[0]?.event).toBe("lock.waiting");
  expect(events[0]?.message).toContain("running: select pg_sleep(1) -- the slow step");
});

test("an index can be built concurrently by the holder while another deploy waits", async () => {
  const database = await testDatabase();
  await database.run("create table t (a int)");
  const holder = await take(requestOf(database));
  const stop = new AbortController();
  const waiting = takeDeployLock(
    requestOf(database, { waitMs: 60_000, signal: stop.signal }),
  ).catch(() => undefined);
  await new Promise((later) => setTimeout(later, 200));
  const started = performance.now();
  await database.query("create index concurrently on t (a)");
  expect(performance.now() - started).toBeLessThan(5_000);
  await holder.assertHeld();
  stop.abort();
  await waiting;
});

test("ten deploys that race hold the lock one at a time", async () => {
  const database = await testDatabase();
  let inside = 0;
  let most = 0;
  const deploys = Array.from({ length: 10 }, async () => {
    const lock = await takeDeployLock(requestOf(database, { waitMs: 60_000 }));
    inside += 1;
    most = Math.max(most, inside);
    await new Promise((later) => setTimeout(later, 20));
    inside -= 1;
    await lock.release();
  });
  await Promise.all(deploys);
  expect(most).toBe(1);
});

test("a lock whose session is terminated is lost at once, and says so before the next segment", async () => {
  const database = await testDatabase();
  const lock = await take(requestOf(database));
  await lock.assertHeld();
  await database.query("select pg_terminate_backend($1)", [lock.observer.server.backendPid]);
  await expect.poll(() => lock.lost.aborted).toBe(true);
  expect((await codeOf(lock.assertHeld())).code).toBe("LOCK.LOST");
});

test("a lock that was unlocked behind our back counts as lost", async () => {
  const database = await testDatabase();
  const lock = await take(requestOf(database));
  await lock.observer.query("select pg_advisory_unlock_all()");
  expect((await codeOf(lock.assertHeld())).code).toBe("LOCK.LOST");
});

test("the waiting has a limit", async () => {
  const database = await testDatabase();
  await take(requestOf(database));
  const started = performance.now();
  const error = await codeOf(takeDeployLock(requestOf(database, { waitMs: 700 })));
  expect(error.code).toBe("LOCK.BUSY");
  expect(performance.now() - started).toBeLessThan(3_000);
});

test("the lock's session outlives idle_session_timeout and is in no transaction", async () => {
  const database = await testDatabase();
  await database.query(`alter database ${database.name} set idle_session_timeout = '300ms'`);
  const lock = await take(requestOf(database));
  await new Promise((later) => setTimeout(later, 800));
  await lock.assertHeld();
  const [row] = await database.query(
    "select state, xact_start, backend_xmin from pg_stat_activity where pid = $1",
    [lock.observer.server.backendPid],
  );
  expect(row).toEqual({ state: "idle", xact_start: null, backend_xmin: null });
});

test("the key is the one that FORMATS.md promises", () => {
  expect(lockKey("default")).toBe(-5119550259180893560n);
  expect(lockKey("default")).not.toBe(lockKey("other"));
});
