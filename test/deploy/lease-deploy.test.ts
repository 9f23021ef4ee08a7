import type { ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import { expect, onTestFinished, test } from "vitest";
import { testDatabase } from "../support/database.ts";
import { folderWith } from "../support/folders.ts";
import { runLockstep, type LockstepRun } from "../support/lockstep.ts";
import { pgbouncerProgram, startPgbouncer } from "../support/pgbouncer.ts";
import { startPooler } from "../support/pooler.ts";
import { startProxy } from "../support/proxy.ts";
import { sessionOf } from "../support/sessions.ts";

const poolers: readonly (readonly [string, boolean, (url: string) => Promise<string>])[] = [
  ["a transaction pooler", true, async (url) => (await startPooler(url, 6)).url],
  [
    pgbouncerProgram === undefined ? "pgbouncer (skipped: it is not installed)" : "pgbouncer",
    pgbouncerProgram !== undefined,
    (url) => startPgbouncer(pgbouncerProgram ?? "", url),
  ],
];

test.each(poolers)(
  "behind %s, a deploy that was stopped past its lease changes nothing when it goes on",
  async (_name, isHere, start) => {
    if (!isHere) return;
    const database = await testDatabase();
    const session = await sessionOf(database.url);
    const pooled = await start(database.url);
    const proxy = await startProxy({ to: pooled });
    const cwd = await folderWith({
      "migrations/001_a.sql": "create table a (i int);",
      "migrations/002_b.sql": "create table b (i int);",
      "migrations/003_c.sql": "insert into b values (1);",
    });
    const first = new Promise<ChildProcess>((started) => {
      // Stopped when its first migration is committed and it has not heard of that yet.
      const action = async (): Promise<void> => {
        const recorded = "select 1 from lockstep.migrations where id = '001_a'";
        if ((await session.query(recorded)).length > 0) (await first).kill("SIGSTOP");
      };
      proxy.inject({ point: "committed", nth: "each", action });
      slow = runLockstep(["deploy", "--json"], {
        cwd,
        env: { DATABASE_URL: proxy.urlOf(pooled) },
        onStart: started,
      });
    });
    onTestFinished(async () => void (await first).kill("SIGKILL"));
    const recorded = "select to_regclass('lockstep.migrations') is not null as there";
    await expect
      .poll(() => session.query(recorded), { timeout: 20_000 })
      .toEqual([{ there: true }]);
    await expect.poll(async () => isStopped((await first).pid), { timeout: 20_000 }).toBe(true);
    proxy.inject(undefined);
    // As if the lease's time had passed: waiting for it would only make the test slow.
    await session.query("update lockstep.leases set expires_at = clock_timestamp()");
    const second = await runLockstep(["deploy", "--json", "--lock-wait", "20s"], {
      cwd,
      env: { DATABASE_URL: pooled },
    });
    expect([second.exitCode, second.stderr]).toEqual([0, expect.any(String)]);
    const before = await session.query("select * from lockstep.migrations order by position");
    expect(before).toHaveLength(3);
    (await first).kill("SIGCONT");
    const late = await slow;
    expect([late?.exitCode, late?.json()]).toEqual([
      2,
      expect.objectContaining({ error: expect.objectContaining({ code: "LOCK.LEASE_LOST" }) }),
    ]);
    expect(await session.query("select * from lockstep.migrations order by position")).toEqual(
      before,
    );
    expect(await session.query("select i from b")).toEqual([{ i: 1 }]);
  },
  60_000,
);

let slow: Promise<LockstepRun> | undefined;

/** Linux tells in /proc; elsewhere the signal is taken to have worked. */
function isStopped(pid: number | undefined): boolean {
  try {
    return /\) T /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return process.platform !== "linux";
  }
}

test("behind a pooler DIRECT_URL is used, with an ordinary lock", async () => {
  const database = await testDatabase();
  const { url } = await startPooler(database.url);
  const cwd = await folderWith({ "migrations/001_a.sql": "create table a (i int);" });
  const env = { DATABASE_URL: url, DIRECT_URL: database.url };
  const run = await runLockstep(["deploy"], { cwd, env });
  expect([run.exitCode, run.stderr]).toEqual([0, expect.any(String)]);
  expect(await database.query("select count(*)::int as n from lockstep.leases")).toEqual([
    { n: 0 },
  ]);
});
