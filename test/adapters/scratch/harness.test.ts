import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { isAlive } from "../../../src/adapters/node/processes.ts";
import { temporaryFolder } from "../../support/folders.ts";
import { millisecondsUntilEnded } from "../../support/holder.ts";
import { oracleFingerprint, oraclePresent } from "../../support/oracle.ts";
import { testDatabase } from "../../support/database.ts";
import { runLockstep } from "../../support/lockstep.ts";
import { testMajors } from "../../support/servers.ts";

test.for(testMajors)("a database of a test's own on PostgreSQL %i", async (major) => {
  const database = await testDatabase(major);
  await database.run("create table a (b int); insert into a values (7)");
  expect(await database.query("select b from a where b = $1", [7])).toEqual([{ b: 7 }]);
  const version = await database.query(
    "select current_setting('server_version_num')::int / 10000 as major",
  );
  expect(version).toEqual([{ major }]);
});

test.skipIf(!oraclePresent)("the oracle tells two databases apart", async () => {
  const left = await testDatabase();
  const right = await testDatabase();
  expect(await oracleFingerprint(left.url)).toBe(await oracleFingerprint(right.url));
  await right.run("create table a (b int)");
  expect(await oracleFingerprint(left.url)).not.toBe(await oracleFingerprint(right.socketUrl));
});

test("the built program runs as a process of its own", async () => {
  const run = await runLockstep(["--version"]);
  expect(typeof run.exitCode).toBe("number");
});

test("when the runner is killed, its servers end within half a minute", async () => {
  const folder = await temporaryFolder();
  const tell = join(folder, "pids.json");
  const vitest = join("node_modules", "vitest", "vitest.mjs");
  const args = ["run", "--config", "test/support/programs/vitest.config.ts"];
  const runner = spawn(process.execPath, [vitest, ...args], {
    stdio: "ignore",
    detached: true,
    env: { ...process.env, LOCKSTEP_TEST_TELL: tell, LOCKSTEP_TEST_BUILD: "skip" },
  });
  onTestFinished(() => killGroup(runner));
  await expect
    .poll(() => existsSync(tell) && readFileSync(tell, "utf8"), { timeout: 30_000 })
    .toBeTruthy();
  const servers = JSON.parse(readFileSync(tell, "utf8")) as readonly number[];
  expect(servers.map(isAlive)).toEqual(testMajors.map(() => true));
  killGroup(runner);
  for (const server of servers) await millisecondsUntilEnded(server, 30_000);
});

/** The runner and its workers, as a terminal that is closed kills them. */
function killGroup(runner: ChildProcess): void {
  try {
    process.kill(-(runner.pid ?? 0), "SIGKILL");
  } catch {
    // It has ended.
  }
}
