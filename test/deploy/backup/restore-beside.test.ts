import { expect, onTestFinished, test } from "vitest";
import { lockKey } from "../../../src/deploy/steps/lock/key.ts";
import { contentOf, takeBackup } from "../../support/backup.ts";
import { testDatabase, type TestDatabase } from "../../support/database.ts";
import { temporaryFolder } from "../../support/folders.ts";
import { runLockstep } from "../../support/lockstep.ts";

interface Switched {
  readonly retired: string;
  readonly ended: number;
}

/** Drops what the switch leaves beside the test's own database. */
function dropLater(database: TestDatabase, name: string): void {
  onTestFinished(async () => {
    await database.run(`drop database if exists ${name} with (force)`);
  });
}

test("a restore beside the old database, killed on its way, goes on and exchanges the names under load", async () => {
  const database = await testDatabase();
  const { name } = database;
  await database.run(`create table t (id int primary key, x text);
    insert into t select g, repeat(md5(g::text), 8) from generate_series(1, 60000) g; create index on t (x);
    alter database ${name} set work_mem = '7MB'; comment on database ${name} is 'the shop';
    revoke connect on database ${name} from public`);
  const before = await contentOf(database);
  const { path } = await takeBackup(database);
  await database.run("delete from t where id > 10");
  const cwd = await temporaryFolder();
  const args = ["restore", path, "--switch", "--yes", "--json"];
  const killed = await runLockstep(["restore", path, "--switch", "--yes"], {
    cwd,
    env: { DATABASE_URL: database.url },
    // With the database made, and before the names are exchanged.
    onStart: (child) => {
      child.stderr?.on("data", (said: Uint8Array) => {
        if (Buffer.from(said).toString().includes("loading rows")) child.kill("SIGKILL");
      });
    },
  });
  expect(killed.signal).toBe("SIGKILL");
  // Somebody who does nothing and stays, and somebody who comes back whenever they are thrown out.
  (await database.connect()).on("error", () => undefined);
  const stopped = new AbortController();
  const working = (async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      try {
        const client = await database.connect();
        client.on("error", () => undefined);
        for (let n = 0; n < 50; n += 1) await client.query("select count(*) from t");
        await client.end();
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    }
  })();
  const run = await runLockstep(args, { cwd, env: { DATABASE_URL: database.url } });
  stopped.abort();
  await working;
  expect(run.exitCode, run.stdout + run.stderr).toBe(0);
  const { retired, ended } = run.json() as Switched;
  dropLater(database, retired);
  expect(ended).toBeGreaterThan(0);
  expect(await contentOf(database)).toEqual(before);
  expect(
    await database.query(
      `select shobj_description(oid, 'pg_database') as comment, datacl::text not like '%=Tc%' as closed,
        current_setting('work_mem') as memory from pg_database where datname = current_database()`,
    ),
  ).toEqual([{ comment: "the shop", closed: true, memory: "7MB" }]);
  const old = { ...database, url: database.url.replace(name, retired) };
  expect(Object.keys(await contentOf(old))).toContain("public.t");
});

test("while somebody deploys nothing is restored beside and switched", async () => {
  const database = await testDatabase();
  await database.run("create table t (id int)");
  const { path } = await takeBackup(database);
  const holder = await database.connect();
  onTestFinished(() => holder.end());
  await holder.query("select pg_advisory_lock($1::int8)", [String(lockKey("default"))]);
  const args = ["restore", path, "--switch", "--yes", "--lock-wait", "0s", "--url", database.url];
  const run = await runLockstep([...args, "--json"]);
  expect(run.json()).toMatchObject({ error: { code: "LOCK.BUSY" } });
});

test("without a terminal nothing is switched unless --yes says so", async () => {
  const database = await testDatabase();
  await database.run("create table t (id int)");
  const { path } = await takeBackup(database);
  const run = await runLockstep(["restore", path, "--switch", "--url", database.url, "--json"]);
  expect(run.json()).toMatchObject({
    error: {
      code: "USAGE.NO_TERMINAL",
      next: expect.stringMatching(
        /^lockstep restore --url URL \S*backup --switch --yes$/,
      ) as unknown,
    },
  });
  expect(
    await database.query(
      "select datname from pg_database where datname like current_database() || '_restored%'",
    ),
  ).toEqual([]);
});

test("a role that may not rename the database is refused by name, and the restored one stays beside it", async () => {
  const database = await testDatabase();
  await database.run("create table t (id int)");
  const { path, id } = await takeBackup(database);
  const beside = `${database.name}_restored_${id.slice(0, 8)}`;
  dropLater(database, beside);
  await database.run(`alter database ${database.name} is_template true`);
  onTestFinished(() => database.run(`alter database ${database.name} is_template false`));
  // A prepared transaction can't be ended like a session: the name is held.
  await database.run("begin; insert into t values (1); prepare transaction 'held'");
  onTestFinished(() => database.run("rollback prepared 'held'"));
  const run = await runLockstep([
    "restore",
    path,
    "--switch",
    "--yes",
    "--url",
    database.url,
    "--json",
  ]);
  expect(run.json()).toMatchObject({ error: { code: "RESTORE.NOT_SWITCHED" } });
  expect(
    await database.query(`select 1 as n from pg_database where datname = '${beside}'`),
  ).toEqual([{ n: 1 }]);
});
