import { describe, expect, onTestFinished, test } from "vitest";
import { nodeClock } from "../../../src/adapters/node/clock.ts";
import { databaseOf } from "../../support/sessions.ts";
import { LockstepError } from "../../../src/core/errors.ts";
import { isLeaseLost } from "../../../src/deploy/steps/lease.ts";
import { takeDeployLock, type HeldLock, type LockRequest } from "../../../src/deploy/steps/lock.ts";
import type { Session } from "../../../src/ports/database.ts";
import { testDatabase } from "../../support/database.ts";
import { pgbouncerProgram, startPgbouncer } from "../../support/pgbouncer.ts";
import { startPooler } from "../../support/pooler.ts";

const identity = { osUser: "ann", host: "build-7", gitSha: undefined, toolVersion: "0.0.0" };

function requestOf(url: string, more: Partial<LockRequest> = {}): LockRequest {
  return {
    database: databaseOf(url),
    scope: "it's \\ default",
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

async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  const error = await failureOf(promise);
  return error instanceof LockstepError ? error.code : String(error);
}

async function segment(session: Session, lock: HeldLock, statement: string): Promise<void> {
  try {
    await session.script(`begin; ${lock.guard ?? ""}; ${statement}; commit`);
  } catch (error) {
    if (session.transaction !== "idle") await session.script("rollback");
    throw error;
  }
}

const poolers: readonly (readonly [string, ((url: string) => Promise<string>) | undefined])[] = [
  ["a transaction pooler", async (url) => (await startPooler(url)).url],
  [
    pgbouncerProgram === undefined ? "pgbouncer (skipped: it is not installed)" : "pgbouncer",
    pgbouncerProgram === undefined
      ? undefined
      : (url) => startPgbouncer(pgbouncerProgram ?? "", url),
  ],
];

describe.each(poolers)("behind %s", (_name, start) => {
  const available = test.skipIf(start === undefined);
  const poolerOf = async (url: string): Promise<string> => (await start?.(url)) ?? "";

  available(
    "the lock is a lease, and its guard lets the holder's transactions through",
    async () => {
      const url = await poolerOf((await testDatabase()).url);
      const lock = await take(requestOf(url));
      expect(lock.kind).toBe("lease");
      expect(lock.observer.server.refusedSettings).toContain("search_path");
      const session = await databaseOf(url).connect();
      onTestFinished(() => session.close());
      await segment(session, lock, "create table t (a int)");
      await lock.assertHeld();
      expect(await codeOf(takeDeployLock(requestOf(url)))).toBe("LOCK.BUSY");
    },
  );

  available(
    "a holder that slept past its lease changes nothing after another has deployed",
    async () => {
      const database = await testDatabase();
      const url = await poolerOf(database.url);
      // A clock whose sleep never ends beats no heart: this deployer is stopped.
      const stopped = { ...nodeClock, sleep: (): Promise<void> => new Promise(() => undefined) };
      const first = await takeDeployLock(requestOf(url, { leaseMs: 400, clock: stopped }));
      const second = await take(requestOf(url, { waitMs: 10_000 }));
      const session = await databaseOf(url).connect();
      onTestFinished(() => session.close());
      await segment(session, second, "create table second (a int)");
      await second.release();
      expect(
        isLeaseLost(await failureOf(segment(session, first, "create table first (a int)"))),
      ).toBe(true);
      expect(await codeOf(first.assertHeld())).toBe("LOCK.LEASE_LOST");
      const tables = await database.query(
        "select relname from pg_class where relname in ('first', 'second')",
      );
      expect(tables).toEqual([{ relname: "second" }]);
      await first.observer.close();
    },
  );

  available(
    "a lease that has run out refuses the next transaction until it is renewed",
    async () => {
      const url = await poolerOf((await testDatabase()).url);
      const stopped = { ...nodeClock, sleep: (): Promise<void> => new Promise(() => undefined) };
      const lock = await takeDeployLock(requestOf(url, { leaseMs: 200, clock: stopped }));
      await new Promise((later) => setTimeout(later, 400));
      const session = await databaseOf(url).connect();
      onTestFinished(() => session.close());
      expect(isLeaseLost(await failureOf(segment(session, lock, "select 1")))).toBe(true);
      await lock.assertHeld();
      await segment(session, lock, "select 1");
      await lock.observer.close();
    },
  );

  available(
    "nobody takes the lease while a transaction of its holder is open, however long",
    async () => {
      const database = await testDatabase();
      const url = await poolerOf(database.url);
      const gate = await database.connect();
      await gate.query("select pg_advisory_lock(1)");
      const lock = await take(requestOf(url, { leaseMs: 600 }));
      const session = await databaseOf(url).connect();
      onTestFinished(() => session.close());
      const long = segment(session, lock, "select pg_advisory_xact_lock(1)");
      await new Promise((later) => setTimeout(later, 1_000));
      expect(await codeOf(takeDeployLock(requestOf(url)))).toBe("LOCK.BUSY");
      await gate.query("select pg_advisory_unlock(1)");
      await long;
      await lock.assertHeld();
      await segment(session, lock, "select 1");
    },
  );
});

test("ten deploys that race hold the lease one at a time", async () => {
  const { url } = await startPooler((await testDatabase()).url);
  let inside = 0;
  let most = 0;
  const deploys = Array.from({ length: 10 }, async () => {
    const lock = await takeDeployLock(requestOf(url, { waitMs: 60_000 }));
    inside += 1;
    most = Math.max(most, inside);
    await new Promise((later) => setTimeout(later, 20));
    inside -= 1;
    await lock.release();
  });
  await Promise.all(deploys);
  expect(most).toBe(1);
});
