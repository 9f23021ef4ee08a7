import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { withoutSecrets } from "../../../src/adapters/node/programs.ts";
import { lockKey } from "../../../src/deploy/steps/lock/key.ts";
import { contentOf, takeBackup } from "../../support/backup.ts";
import { testDatabase, type TestDatabase } from "../../support/database.ts";
import { folderWith } from "../../support/folders.ts";
import { runLockstep, type LockstepRun } from "../../support/lockstep.ts";

const program = fileURLToPath(new URL("../../../bin/lockstep.cjs", import.meta.url));

interface Emergency {
  readonly folder: string;
  readonly database: TestDatabase;
  readonly before: Readonly<Record<string, unknown>>;
  run(...args: readonly string[]): Promise<LockstepRun>;
  /** What the hooks wrote, in order. */
  log(): Promise<string>;
}

/** A deploy that dropped what it should not have, and hooks that say when they ran. */
async function emergency(
  hooks: Readonly<Record<string, readonly string[] | string>> = {},
): Promise<Emergency> {
  const database = await testDatabase();
  const say = (word: string): readonly string[] => [
    "sh",
    "-c",
    `echo ${word} $LOCKSTEP_HOOK $LOCKSTEP_DATABASE >> hooks.log`,
  ];
  const folder = await folderWith({
    "migrations/001_a.sql":
      "create table t (id int primary key, x text); insert into t select g, 'x' || g from generate_series(1, 500) g",
    "lockstep.config.json": JSON.stringify({
      hooks: { stop: say("did"), start: say("did"), health: say("did"), timeout: "5s", ...hooks },
    }),
    "hooks.log": "",
  });
  const run: Emergency["run"] = (...args) =>
    runLockstep([...args, "--json"], { cwd: folder, env: { DATABASE_URL: database.url } });
  expect((await run("deploy")).exitCode).toBe(0);
  const before = await contentOf(database);
  await writeFile(
    join(folder, "migrations", "002_b.sql"),
    "alter table t drop column x; update t set id = -id",
  );
  expect((await run("deploy")).exitCode).toBe(0);
  onTestFinished(async () => {
    const left = await database.query(
      "select datname from pg_database where datname like current_database() || '\\_%'",
    );
    for (const { datname } of left)
      await database.run(`drop database ${String(datname)} with (force)`);
  });
  const log = (): Promise<string> => readFile(join(folder, "hooks.log"), "utf8");
  return { folder, database, before, run, log };
}

/** But for what the ledger says of the deploy that went wrong. */
function withoutLedger(content: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(
    Object.entries(content).filter(([name]) => !name.startsWith("lockstep.")),
  );
}

test("the backup of the deploy that went wrong is back in place, between the hooks, and the history says so", async () => {
  const { database, before, run, log } = await emergency();
  const back = await run("rollback", "--restore", "latest", "--yes");
  expect(back.exitCode, back.stdout).toBe(0);
  expect(back.json()).toMatchObject({
    undone: ["002_b"],
    newer: [],
    hooks: [{ hook: "stop" }, { hook: "health" }, { hook: "start" }],
  });
  expect(withoutLedger(await contentOf(database))).toEqual(withoutLedger(before));
  const words = ["stop", "health", "start"].map((hook) => `did ${hook} ${database.name}\n`);
  expect(await log()).toBe(words.join(""));
  expect(
    await database.query(
      "select kind, outcome from lockstep.deployments order by started_at desc limit 1",
    ),
  ).toEqual([{ kind: "rollback", outcome: "done" }]);
  expect((await run("status")).json()).toMatchObject({
    pending: [{ id: "002_b" }],
    abandoned: [],
  });
});

test("no deploy runs beside a restore: one that runs is waited for, and none begins until the names are exchanged", async () => {
  const { database, folder, run } = await emergency({
    stop: [
      "sh",
      "-c",
      `"${process.execPath}" "$0" deploy --lock-wait 0 > deploy.log 2>&1; true`,
      program,
    ],
    timeout: "60s",
  });
  await writeFile(join(folder, "migrations", "003_c.sql"), "create table c (id int)");
  // Another project's, in the same database.
  await database.run(`insert into lockstep.deployments
    select (jsonb_populate_record(d, jsonb_build_object('scope', 'tenant', 'id', gen_random_uuid()))).*
    from lockstep.deployments d limit 1`);
  const holder = await database.connect();
  await holder.query("select pg_advisory_lock($1::int8)", [lockKey("tenant").toString()]);
  const refused = await run("rollback", "--restore", "latest", "--yes", "--lock-wait", "0");
  expect(refused.json()).toMatchObject({ error: { code: "LOCK.BUSY" } });
  await holder.end();
  const back = await run("rollback", "--restore", "latest", "--yes");
  // The locks' own sessions are none of those that it tells of.
  expect(back.json(), back.stdout).toMatchObject({ ended: 0, undone: ["002_b"] });
  expect(await readFile(join(folder, "deploy.log"), "utf8")).toContain("LOCK.BUSY");
});

test("rows that the application wrote since are a reason to refuse, those of the deploy are not", async () => {
  const { database, run, log } = await emergency();
  await database.run("insert into t values (7777); delete from t where id = -5");
  const refused = await run("rollback", "--restore", "latest", "--yes");
  expect(refused.exitCode).toBe(2);
  expect(refused.json()).toMatchObject({
    error: { code: "RESTORE.NEWER_DATA", data: { tables: ["public.t (1)"] } },
  });
  expect(await log()).toBe("");
  const back = await run("rollback", "--restore", "latest", "--yes", "--discard-newer");
  expect(back.json(), back.stderr).toMatchObject({ newer: [{ table: "public.t", rows: 1 }] });
});

test("of another database's backup nobody can tell what would be lost, so it is refused", async () => {
  const { run } = await emergency();
  const other = await testDatabase();
  await other.run("create table t (id int)");
  const { path } = await takeBackup(other);
  expect((await run("rollback", "--restore", path, "--yes")).json()).toMatchObject({
    error: {
      code: "RESTORE.NEWER_DATA",
      message: expect.stringContaining("nobody can tell") as unknown,
    },
  });
});

test("a hook that fails before the switch leaves everything as it was; one that fails after it says what is in place", async () => {
  const stuck = await emergency({
    stop: ["sh", "-c", "echo postgres://me:hunter2@db/x >&2; exit 3"],
  });
  const now = await contentOf(stuck.database);
  const failed = await stuck.run("rollback", "--restore", "latest", "--yes");
  expect(failed.json()).toMatchObject({
    error: {
      ...{ code: "RESTORE.HOOK_FAILED", data: { hook: "stop" } },
      next: expect.stringContaining("run the same command again") as unknown,
    },
  });
  expect(failed.stdout).toContain("postgres://me:***@db/x");
  expect(failed.stdout).not.toContain("hunter2");
  expect(withoutLedger(await contentOf(stuck.database))).toEqual(withoutLedger(now));
  const ill = await emergency({ health: ["sleep", "60"] });
  const late = await ill.run("rollback", "--restore", "latest", "--yes");
  expect(late.json()).toMatchObject({
    error: {
      code: "RESTORE.HOOK_FAILED",
      state: expect.stringContaining("the backup is in place") as unknown,
    },
  });
  expect(withoutLedger(await contentOf(ill.database))).toEqual(withoutLedger(ill.before));
  expect(await ill.log()).not.toContain("start");
  const last = `select outcome, failure ->> 'message' as message from lockstep.deployments
    order by started_at desc limit 1`;
  expect(await ill.database.query(last)).toEqual([
    { outcome: "failed", message: "the backup is in place; the hooks after it have not all run" },
  ]);
  const config = join(ill.folder, "lockstep.config.json");
  const hooks = await readFile(config, "utf8");
  await writeFile(config, hooks.replace('"sleep","60"', '"sh","-c","echo well >> hooks.log"'));
  const on = await ill.run("rollback", "--restore", "latest");
  expect(on.exitCode, on.stdout).toBe(0);
  expect(on.json()).toMatchObject({
    ...{ resumed: true, undone: ["002_b"], ended: 0 },
    retired: expect.stringContaining("_before_") as unknown,
    hooks: [{ hook: "health" }, { hook: "start" }],
  });
  expect(await ill.log()).toBe(
    [`did stop ${ill.database.name}`, "well", `did start ${ill.database.name}`, ""].join("\n"),
  );
  expect(await ill.database.query(last)).toEqual([{ outcome: "done", message: null }]);
  const done = await ill.run("rollback", "--restore", "latest", "--yes");
  expect(done.json()).toMatchObject({ error: { code: "RESTORE.NO_RECEIPT" } });
});

test("when the restore fails the application is started again on the database as it was", async () => {
  const { database, run, log } = await emergency();
  const [receipt] = await database.query("select location from lockstep.backups");
  const place = String(receipt?.["location"]);
  const rows = (await readdir(place)).filter((name) => name.endsWith(".rows"));
  // Its size stays, so that it is noticed when it is read.
  for (const name of rows) {
    const bytes = await readFile(join(place, name));
    bytes[0] = (bytes[0] ?? 0) ^ 1;
    await writeFile(join(place, name), bytes);
  }
  const failed = await run("rollback", "--restore", "latest", "--yes");
  expect(failed.json()).toMatchObject({
    error: {
      code: "BACKUP.DAMAGED",
      state: expect.stringContaining("the application was started again") as unknown,
    },
  });
  expect((await log()).split("\n").map((line) => line.split(" ")[1])).toEqual([
    "stop",
    "start",
    undefined,
  ]);
  await rm(place, { recursive: true });
  await database.run("delete from lockstep.backups");
  expect((await run("rollback", "--restore", "latest", "--yes")).json()).toMatchObject({
    error: { code: "RESTORE.NO_RECEIPT" },
  });
});

test("what a hook says is shown without secrets, by name or in a URL", () => {
  const environment = { DB_PASSWORD: "s3cr3t!", LOCKSTEP_BACKUP_KEY: "abcdef", HOME: "/srv/me" };
  expect(withoutSecrets("s3cr3t! abcdef /srv/me redis://:pw1@h", environment)).toBe(
    "*** *** /srv/me redis://:***@h",
  );
});
