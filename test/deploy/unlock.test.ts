import { expect, onTestFinished, test } from "vitest";
import { nodeClock } from "../../src/adapters/node/clock.ts";
import { LockstepError } from "../../src/core/errors.ts";
import { applicationNameOf } from "../../src/deploy/steps/sessions.ts";
import { takeDeployLock, type HeldLock, type LockRequest } from "../../src/deploy/steps/lock.ts";
import { unlock } from "../../src/deploy/unlock.ts";
import { testDatabase, testRole } from "../support/database.ts";
import { runLockstep } from "../support/lockstep.ts";
import { folderWith } from "../support/folders.ts";
import { startPooler } from "../support/pooler.ts";
import { databaseOf, sessionOf } from "../support/sessions.ts";

const deploymentId = "01930000-0000-7000-8000-000000000001";

async function take(url: string): Promise<HeldLock> {
  const request: LockRequest = {
    database: databaseOf(url),
    scope: "default",
    deploymentId,
    identity: { osUser: "ann", host: "build-7", gitSha: undefined, toolVersion: "0.0.0" },
    clock: nodeClock,
    progress: () => undefined,
    waitMs: 0,
  };
  const lock = await takeDeployLock(request);
  onTestFinished(() => lock.release());
  return lock;
}

function unlockAt(url: string, force: boolean): ReturnType<typeof unlock> {
  const common = { scope: "default", clock: nodeClock, progress: (): undefined => undefined };
  return unlock({ database: databaseOf(url), force, ...common });
}

test("a free lock has no holder, with force as without", async () => {
  const { url } = await testDatabase();
  for (const force of [false, true]) {
    const nobody = { holder: undefined, lease: undefined, terminated: [], leaseCleared: false };
    expect(await unlockAt(url, force)).toEqual({ scope: "default", ...nobody });
  }
});

test("without force the holder is shown and stays", async () => {
  const { url } = await testDatabase();
  const lock = await take(url);
  const report = await unlockAt(url, false);
  expect(report).toMatchObject({ holder: { user: "postgres", deploymentId }, terminated: [] });
  await lock.assertHeld();
});

test("force ends the lock's session and those that work for it, and no other", async () => {
  const { url } = await testDatabase();
  const lock = await take(url);
  const work = await sessionOf(url, { applicationName: applicationNameOf(deploymentId, "work") });
  const other = await sessionOf(url, { applicationName: "the application" });
  const report = await unlockAt(url, true);
  expect(report.terminated).toEqual([lock.observer.server.backendPid, work.server.backendPid]);
  await Promise.all([lock.observer.ended, work.ended]);
  expect(await other.query("select 1 as a")).toEqual([{ a: 1 }]);
  await take(url);
});

test("force clears a lease behind a pooler, and its holder is shut out", async () => {
  const { url } = await startPooler((await testDatabase()).url);
  const lock = await take(url);
  expect(await unlockAt(url, true)).toMatchObject({
    lease: { holder: `ann on build-7 (lockstep ${deploymentId})` },
    leaseCleared: true,
  });
  await expect(lock.assertHeld()).rejects.toMatchObject({ code: "LOCK.LEASE_LOST" });
});

test("a role that may not end the holder is told so", async () => {
  const database = await testDatabase();
  await take(database.url);
  const url = new URL(database.url);
  url.username = await testRole(database.major, "login password 'x'");
  url.password = "x";
  const refused: unknown = await unlockAt(url.href, true).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(LockstepError);
  expect(refused).toMatchObject({ code: "LOCK.DENIED", sqlState: "42501" });
});

test("the command shows the holder as text and as JSON", async () => {
  const { url } = await testDatabase();
  const cwd = await folderWith({ "migrations/001_a.sql": "select 1;" });
  const env = { DATABASE_URL: url };
  const free = await runLockstep(["unlock"], { cwd, env });
  expect([free.exitCode, free.stdout]).toEqual([0, "nobody holds the lock of default\n"]);
  const lock = await take(url);
  const shown = await runLockstep(["unlock"], { cwd, env });
  expect(shown.stdout).toContain(`pid ${lock.observer.server.backendPid})`);
  expect(shown.stdout).toContain("nothing was changed; --force ends it");
  const forced = await runLockstep(["unlock", "--force", "--json"], { cwd, env });
  expect(forced.json()).toMatchObject({ terminated: [lock.observer.server.backendPid] });
});
