/**
 * A declared schema's deploy that is cut off, wherever: the next one plans from what is there by then, and ends as an
 * undisturbed one does. Three boundaries by default; LOCKSTEP_KILLS=all takes every one, killed and reset.
 */
import type { ChildProcess } from "node:child_process";
import { expect, test } from "vitest";
import { testDatabase, type TestDatabase } from "../support/database.ts";
import { deployFolder } from "../support/deploy.ts";
import { folderWith, writeFiles } from "../support/folders.ts";
import { runLockstep } from "../support/lockstep.ts";
import { oracleLines, oraclePresent } from "../support/oracle.ts";
import { startProxy } from "../support/proxy.ts";

const before = `create type mood as enum ('glad');
create table people (id int primary key, name text, old int);
create table gone (id int);`;
/** A value that is used after a commit: two transactions, with rows that are asked in one before both. */
const after = `create type mood as enum ('glad', 'sad');
create table people (id int primary key, name text not null, mood mood not null default 'sad');
create index people_name on people (name);
create view names as select name from people where mood = 'sad';`;

const isWork = (name: string): boolean => /^lockstep [0-9a-f-]{36}$/.test(name);

/** `isDone`: the one that was cut off had only its own end to note, which nobody notes for it: `history` calls it abandoned. */
async function endState(database: TestDatabase, isDone = false): Promise<unknown> {
  const catalog = oraclePresent ? await oracleLines(database.url) : [];
  return {
    catalog: catalog.filter((line) => !line.includes("lockstep")),
    rows: await database.query("select count(*), min(name), max(mood) as mood from people"),
    ledger: await database.query("select id, state, bytes_hash from lockstep.migrations"),
    open: await database.query(
      `select (select count(*) from lockstep.statements) as journal,
        (select count(*) from lockstep.deployments where outcome = 'running' and not ${isDone}) as running,
        (select count(*) from pg_locks where locktype = 'advisory' and database =
          (select oid from pg_database where datname = current_database())) as locks`,
    ),
  };
}

type Fault = "none" | "kill" | "reset";

interface Disturbed {
  readonly database: TestDatabase;
  readonly folder: string;
  readonly fault: Fault;
  readonly nth: number;
}

/** Whether it was struck: answers may come in fewer pieces than were counted. */
async function deployWith({
  database,
  folder,
  fault,
  nth,
}: Disturbed): Promise<{ readonly isStruck: boolean; readonly boundaries: number }> {
  const proxy = await startProxy({ to: database.url, only: isWork });
  let child: ChildProcess | undefined;
  let isStruck = false;
  if (fault === "none") proxy.inject(undefined);
  else {
    proxy.inject({
      point: "readyForQuery",
      nth,
      action:
        fault === "reset"
          ? "reset"
          : () => {
              isStruck = true;
              child?.kill("SIGKILL");
            },
    });
  }
  const run = await runLockstep(["deploy", "--no-prove", "--allow-drop", "all"], {
    cwd: folder,
    env: { DATABASE_URL: proxy.urlOf(database.url) },
    onStart: (started) => {
      child = started;
    },
  });
  if (fault === "none") expect(run.exitCode, run.stderr).toBe(0);
  return {
    isStruck: isStruck ? run.signal === "SIGKILL" : run.exitCode !== 0,
    boundaries: proxy.counts().readyForQuery,
  };
}

test(
  "killed or cut off at any answer, the next deploy ends as an undisturbed one",
  { timeout: 900_000 },
  async () => {
    const config = JSON.stringify({ strategy: "declarative", declared: "schema.sql" });
    const folder = await folderWith({ "lockstep.config.json": config, "schema.sql": before });
    const start = await testDatabase();
    await deployFolder(folder, start.url);
    await start.run("insert into people select i, 'p' || i from generate_series(1, 100) i");
    await writeFiles(folder, { "schema.sql": after });
    const copy = async (): Promise<TestDatabase> =>
      await testDatabase(undefined, { template: start.name });
    const model = await copy();
    const { boundaries } = await deployWith({ database: model, folder, fault: "none", nth: 0 });
    const undisturbed = await endState(model);
    expect(undisturbed).toMatchObject({
      rows: [{ count: "100", mood: "sad" }],
      ledger: [{ id: "@declared", state: "applied" }],
      open: [{ journal: "0", running: "0", locks: "0" }],
    });
    const all = Array.from({ length: boundaries }, (_, index) => index + 1);
    const late = all.slice(-8);
    const chosen: readonly (readonly [Fault, number])[] =
      process.env["LOCKSTEP_KILLS"] === "all"
        ? all.flatMap((nth) => [["kill", nth] as const, ["reset", nth] as const])
        : [
            ["kill", late[0] ?? 1] as const,
            ["reset", late[3] ?? 1] as const,
            ["kill", late[5] ?? 1] as const,
          ];
    let struck = 0;
    for (const [fault, nth] of chosen) {
      const database = await copy();
      const { isStruck } = await deployWith({ database, folder, fault, nth });
      if (isStruck) struck += 1;
      const { outcome } = await deployFolder(folder, database.url, {
        allowDrop: ["all"],
        prove: false,
        retryForMs: 20_000,
      });
      const ended = await endState(database, outcome === "nothing-to-do");
      expect(ended, `${fault} ${nth} of ${boundaries}`).toEqual(undisturbed);
    }
    expect(struck).toBeGreaterThanOrEqual(chosen.length - 2);
  },
);
