/** A client whose clock is wrong: what is recorded has the server's times, and nothing waits by the client's date. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { testDatabase } from "../support/database.ts";
import { folderWith, temporaryFolder } from "../support/folders.ts";
import { runLockstep } from "../support/lockstep.ts";
import { startPooler } from "../support/pooler.ts";

/** Loaded before the program: a date that is this many hours off, or jumps by them to and fro at each look. */
async function clockOff(hours: number, jumps: boolean): Promise<Record<string, string>> {
  const path = join(await temporaryFolder(), "clock.cjs");
  const text = `const Real = Date;
let sign = 1;
const offMs = () => { if (${jumps}) sign = -sign; return sign * ${hours} * 3_600_000; };
globalThis.Date = class Date extends Real {
  constructor(...given) {
    if (given.length === 0) super(Real.now() + offMs());
    else super(...given);
  }
  static now() { return Real.now() + offMs(); }
};`;
  await writeFile(path, text);
  return { NODE_OPTIONS: `--require ${path}` };
}

const wrong = [
  { what: "a day and a half ahead", hours: 36, jumps: false },
  { what: "a day and a half behind", hours: -36, jumps: false },
  { what: "jumping by two days", hours: 24, jumps: true },
];

test.each(wrong)(
  "a clock that is $what: the ledger's times are the server's",
  async ({ hours, jumps }) => {
    const database = await testDatabase();
    const cwd = await folderWith({
      "migrations/001_a.sql": "create table a (id int);",
      "migrations/002_b.sql": "create index concurrently a_id on a (id);",
      "migrations/003_c.sql": "select 1/0;",
    });
    const [begin] = await database.query("select clock_timestamp() as at");
    const env = { ...(await clockOff(hours, jumps)), DATABASE_URL: database.url };
    const failed = await runLockstep(["deploy", "--json"], { cwd, env });
    expect(failed.json()).toMatchObject({ error: { code: "DEPLOY.STATEMENT_FAILED" } });
    await writeFile(join(cwd, "migrations/003_c.sql"), "select 1;");
    const deployed = await runLockstep(["deploy", "--json"], { cwd, env });
    expect(deployed.exitCode, deployed.stderr).toBe(0);
    const report = deployed.json();
    expect(report).toMatchObject({ durationMs: expect.toSatisfy(isShort) });
    const times = `select started_at as at from lockstep.deployments
      union all select finished_at from lockstep.deployments
      union all select applied_at from lockstep.migrations union all select at from lockstep.events
      union all select at from lockstep.attempts`;
    const [row] = await database.query(
      `select count(*)::int as n, bool_and(at between $1 and clock_timestamp()) as ours from (${times}) t`,
      [begin?.["at"]],
    );
    expect(row).toEqual({ n: 11, ours: true });
  },
);

test("a lease is held and let go by the server's clock", { timeout: 60_000 }, async () => {
  const database = await testDatabase();
  const { url } = await startPooler(database.url, 6);
  const cwd = await folderWith({ "migrations/001_a.sql": "select pg_sleep(2);" });
  const ahead = { ...(await clockOff(36, false)), DATABASE_URL: url };
  const behind = { ...(await clockOff(-36, false)), DATABASE_URL: url };
  const runs = await Promise.all(
    [ahead, behind].map((env) => runLockstep(["deploy", "--json"], { cwd, env })),
  );
  expect(runs.map(({ exitCode, stderr }) => [exitCode, stderr])).toEqual([
    [0, expect.anything()],
    [0, expect.anything()],
  ]);
  const events = await database.query("select from lockstep.events where event = 'applied'");
  expect(events).toHaveLength(1);
});

function isShort(durationMs: unknown): boolean {
  return typeof durationMs === "number" && durationMs >= 0 && durationMs < 60_000;
}
