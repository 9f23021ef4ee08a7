import { cp, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { contentOf, restoreBackup } from "../../support/backup.ts";
import { testDatabase, testRole, type TestDatabase } from "../../support/database.ts";
import { folderWith } from "../../support/folders.ts";
import { runLockstep, type LockstepRun } from "../../support/lockstep.ts";

const first = `create table customer (id integer primary key, name text, phone text);
  create table orders (id integer primary key, customer integer references customer on delete cascade);
  create table log (line text);
  insert into customer select g, 'n' || g, 'p' || g from generate_series(1, 300) g;
  insert into orders select g, g from generate_series(1, 300) g;
  insert into log select repeat('x', 500) from generate_series(1, 300)`;

interface Shop {
  readonly folder: string;
  readonly database: TestDatabase;
  run(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<LockstepRun>;
}

async function backupsIn(folder: string): Promise<readonly string[]> {
  const place = join(folder, ".lockstep", "backups");
  const names = (await readdir(place)).filter((name) => !name.startsWith("."));
  return names.map((name) => join(place, name));
}

/** A database where the first migration is applied, and a project that has the second one besides. */
async function shop(second: string, config: object = {}): Promise<Shop> {
  const database = await testDatabase();
  const folder = await folderWith({
    "migrations/001_first.sql": first,
    "lockstep.config.json": JSON.stringify(config),
  });
  const run: Shop["run"] = (args, env = {}) =>
    runLockstep(args, { cwd: folder, env: { DATABASE_URL: database.url, ...env } });
  const begun = await run(["deploy", "--json"]);
  expect(begun.exitCode, begun.stderr).toBe(0);
  await writeFile(join(folder, "migrations", "002_second.sql"), second);
  return { folder, database, run };
}

interface Reported {
  readonly backup: { readonly receipt: { readonly location: string } };
  readonly notes: readonly object[];
}

function reported(run: LockstepRun): Reported {
  return run.json() as Reported;
}

test("a deploy that only adds takes no backup and says why", async () => {
  const { folder, run } = await shop("alter table customer add column mail text");
  const deployed = await run(["deploy"]);
  expect(deployed.stderr).toContain("no backup: nothing in the plan changes or drops rows");
  expect(await readdir(folder)).not.toContain(".lockstep");
});

test("what a deploy drops is in a backup that was taken before it, with a receipt", async () => {
  const { database, run } = await shop("alter table customer drop column phone; drop table log");
  const before = await contentOf(database);
  const deployed = await run(["deploy", "--json"]);
  expect(deployed.exitCode, deployed.stderr).toBe(0);
  const { receipt } = reported(deployed).backup;
  expect(receipt).toMatchObject({ what: "database", policy: "auto", encrypted: false });
  const history = await run(["history", "--json"]);
  expect(history.json()).toMatchObject({ backups: [receipt] });
  expect((await run(["history"])).stdout).toContain(receipt.location);
  const restored = await testDatabase();
  await restoreBackup(receipt.location, restored);
  const found = await contentOf(restored);
  // The deployment that took it had begun, and the ledger says so.
  expect({ ...found, "lockstep.deployments": "" }).toEqual({
    ...before,
    "lockstep.deployments": "",
  });
});

test("with a choice of tables only those are in it, and no database is made of them", async () => {
  const chosen = { backup: { policy: "auto", tables: ["log"], keep: 1 } };
  const { folder, database, run } = await shop("delete from log; delete from customer", chosen);
  const deployed = await run(["deploy", "--json"]);
  const { backup, notes } = reported(deployed);
  const { receipt } = backup;
  expect(receipt).toMatchObject({ what: "tables", tables: ["public.log"], rows: 300 });
  expect(notes).toMatchObject([
    { code: "BACKUP.NOT_COVERED", message: expect.stringContaining("public.customer") as unknown },
    { code: "BACKUP.NOT_COVERED", message: expect.stringContaining("public.orders") as unknown },
  ]);
  const target = await testDatabase();
  await expect(restoreBackup(receipt.location, target)).rejects.toMatchObject({
    code: "RESTORE.PARTIAL",
  });
  const verified = await run(["backup", "verify", receipt.location, "--json"]);
  expect(verified.json(), verified.stderr).toMatchObject({ depth: "restored", rows: 300 });
  await database.run("insert into log values ('again')");
  await writeFile(join(folder, "migrations", "003_third.sql"), "update log set line = ''");
  const again = await run(["deploy", "--json"]);
  expect(await backupsIn(folder)).toEqual([reported(again).backup.receipt.location]);
});

test("a deploy that fails says where its backup lies, and trying again never lets go of the one from before the first change", async () => {
  const { folder, run } = await shop("update log set line = 'changed'", {
    backup: { keep: 1 },
  });
  const place = join(folder, ".lockstep", "backups");
  const kept = (): Promise<readonly string[]> => backupsIn(folder);
  const foreign = "20200101T000000Z-other-0123abcd";
  const third = join(folder, "migrations", "003_third.sql");
  await writeFile(third, "delete from orders;\nselect 1 / 0");
  const attempts: string[] = [];
  for (const state of ["002_second is applied", "nothing was changed", "nothing was changed"]) {
    const failed = await run(["deploy", "--json"]);
    const { error } = failed.json() as {
      readonly error: { readonly notes: readonly string[]; readonly data: { backup: string } };
    };
    expect(error).toMatchObject({ state: expect.stringContaining(state) as unknown });
    expect(error.notes).toContain(`the backup from before it: ${error.data.backup}`);
    attempts.push(error.data.backup);
  }
  const [before = "", , last = ""] = attempts;
  // The second was of no use any more when the third was there.
  expect((await kept()).toSorted()).toEqual([before, last].toSorted());
  // Another database's deploys put theirs here too.
  await cp(before, join(place, foreign), { recursive: true });
  await writeFile(third, "delete from orders");
  const deployed = await run(["deploy", "--json"]);
  const { location } = reported(deployed).backup.receipt;
  expect((await kept()).toSorted()).toEqual([before, location, join(place, foreign)].toSorted());
  await writeFile(join(folder, "migrations", "004_fourth.sql"), "delete from log");
  await writeFile(join(before, "notes.txt"), "somebody's own, which is nothing to remove");
  const later = reported(await run(["deploy", "--json"])).backup.receipt.location;
  expect((await kept()).toSorted()).toEqual([before, later, join(place, foreign)].toSorted());
}, 60_000);

test("without the backup that is due nothing is applied: too large, nowhere to write it, or a table is locked", async () => {
  const { folder, database, run } = await shop("delete from log", { backup: { maxSize: "8kB" } });
  const refused = await run(["deploy", "--json"]);
  expect(refused.exitCode).toBe(2);
  expect(refused.json()).toMatchObject({
    error: {
      code: "BACKUP.TOO_LARGE",
      message: expect.stringContaining("where 8.0 kB are the most: public.log") as unknown,
      next: expect.stringContaining("Raise backup.maxSize") as unknown,
    },
  });
  const blocked = join(folder, "lockstep.config.json", "below-a-file");
  const unwritable = await run(["deploy", "--backup", "always", "--backup-to", blocked, "--json"]);
  expect(unwritable.json()).toMatchObject({ error: { code: "BACKUP.TOO_LARGE" } });
  await writeFile(join(folder, "lockstep.config.json"), "{}");
  const again = await run(["deploy", "--backup-to", blocked, "--json"]);
  expect(again.json()).toMatchObject({
    error: {
      code: "BACKUP.WRITE_FAILED",
      state: expect.stringContaining("nothing of the plan") as unknown,
    },
  });
  expect(await database.query("select count(*)::int as n from log")).toEqual([{ n: 300 }]);
  const other = await database.connect();
  await other.query("begin; lock table customer in access exclusive mode");
  const locked = await run(["deploy", "--json"]);
  await other.end();
  expect(locked.json()).toMatchObject({
    error: {
      code: "BACKUP.BLOCKED",
      message: expect.stringContaining("public.customer") as unknown,
      state: expect.stringContaining("nothing of the plan") as unknown,
    },
  });
  const never = await run(["deploy", "--json"], { LOCKSTEP_BACKUP: "never" });
  expect(never.json()).toMatchObject({ outcome: "deployed" });
  expect(never.json()).not.toHaveProperty("backup.receipt");
});

test("seeds and ways back are preceded by a backup of what they harm, and a target says its own policy", async () => {
  const { folder, database, run } = await shop(
    "create table tag (name text); insert into tag values ('a');\n-- migrate:down\ndrop table tag;",
  );
  expect((await run(["deploy"])).exitCode).toBe(0);
  await writeFile(join(folder, "seed.sql"), "update customer set name = upper(name)");
  const seeded = await run(["seed", "--json"]);
  expect(reported(seeded).backup.receipt, seeded.stdout).toMatchObject({ what: "database" });
  expect((await run(["seed", "--backup", "never", "--json"])).json()).not.toHaveProperty("backup");
  const back = await run(["rollback", "--yes", "--no-prove", "--json"]);
  const { receipt } = reported(back).backup;
  expect(receipt, back.stdout).toMatchObject({
    reason: expect.stringContaining("public.tag is") as unknown,
  });
  expect((await run(["history", "--json"])).json()).toMatchObject({ backups: [{}, {}] });
  const again = await run([
    "restore",
    receipt.location,
    "--tables",
    "tag",
    "--plan-only",
    "--json",
  ]);
  expect(again.json()).toMatchObject({ error: { code: "RESTORE.NO_TABLE" } });
  const config = {
    backup: { policy: "always", tables: ["log"] },
    targets: {
      careless: { url: database.url, backup: "never" },
      careful: { url: database.url, backup: { tables: ["orders"] } },
    },
  };
  await writeFile(join(folder, "lockstep.config.json"), JSON.stringify(config));
  const bare = { DATABASE_URL: "" };
  const careless = await run(
    ["seed", "--target", "careless", "--environment", "e", "--json"],
    bare,
  );
  expect(careless.exitCode, careless.stdout).toBe(0);
  expect(careless.json()).not.toHaveProperty("backup");
  const careful = await run(["seed", "--target", "careful", "--environment", "e", "--json"], bare);
  expect(careful.exitCode, careful.stdout).toBe(0);
  expect(reported(careful).backup.receipt, careful.stdout).toMatchObject({
    ...{ policy: "always", tables: ["public.orders"] },
  });
});

test("a ledger of an older version gets its table of receipts with the next deploy", async () => {
  const { database, run } = await shop("delete from log");
  await database.run(
    "drop table lockstep.backups; delete from lockstep.ledger_versions where version >= 4",
  );
  expect((await run(["history", "--json"])).json()).toMatchObject({ backups: [] });
  expect((await run(["deploy", "--json"])).json()).toMatchObject({ outcome: "deployed" });
  expect(await database.query("select what from lockstep.backups")).toEqual([{ what: "database" }]);
});

test("a role that may not read everything backs up what the plan harms, and is refused where that is closed to it", async () => {
  const { folder, database, run } = await shop("delete from log");
  const role = await testRole(database.major, "login password 'x'");
  onTestFinished(async () => {
    await database.run(`reassign owned by ${role} to current_user; drop owned by ${role}`);
  });
  await database.run(`alter table log owner to ${role}; create schema closed; create sequence closed.s;
    create table closed.t (id int); insert into closed.t values (1); select lo_create(0);
    grant usage on schema lockstep to ${role}; grant all on all tables in schema lockstep to ${role};
    grant all on all sequences in schema lockstep to ${role}; grant create on schema public to ${role}`);
  const url = new URL(database.url);
  url.username = role;
  url.password = "x";
  const env = { DATABASE_URL: url.href };
  const deployed = await run(["deploy", "--json"], env);
  expect(deployed.exitCode, deployed.stdout).toBe(0);
  const { receipt } = reported(deployed).backup;
  expect(receipt).toMatchObject({
    ...{ what: "tables", tables: ["public.log"], rows: 300 },
    reason: expect.stringContaining("may not read closed.t, public.customer") as unknown,
  });
  const back = await run(["restore", receipt.location, "--tables", "log", "--yes", "--json"]);
  expect(back.exitCode, back.stdout).toBe(0);
  expect(await database.query("select count(*)::int as n from log")).toEqual([{ n: 300 }]);
  // Enough to delete, and not to read what goes.
  await database.run(
    `grant usage on schema closed to ${role}; grant delete on closed.t to ${role}`,
  );
  await writeFile(join(folder, "migrations", "003_third.sql"), "delete from closed.t");
  const refused = await run(["deploy", "--json"], env);
  expect(refused.json()).toMatchObject({
    error: {
      code: "BACKUP.DENIED",
      state: expect.stringContaining("nothing of the plan") as unknown,
    },
  });
});

test("a backfill that goes on has the backup that was taken when it began, and no other", async () => {
  const backfill = "-- lockstep: backfill batch=50 rate=50\nupdate customer set phone = null";
  const { database, folder, run } = await shop(backfill);
  const going = run(["deploy", "--json"]);
  await expect
    .poll(
      async () => {
        const [row] = await database.query(
          "select before ->> 'batches' as n from lockstep.statements where before ->> 'kind' = 'backfill'",
        );
        return Number(row?.["n"] ?? 0);
      },
      { timeout: 30_000 },
    )
    .toBeGreaterThan(0);
  await database.run(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and application_name like 'lockstep%'`,
  );
  expect((await going).exitCode).toBe(2);
  const deployed = await run(["deploy", "--json"]);
  expect(deployed.exitCode, deployed.stderr).toBe(0);
  expect(deployed.json()).not.toHaveProperty("backup.receipt");
  const [kept = "", ...others] = await backupsIn(folder);
  expect(others).toEqual([]);
  const reason = `what 002_second goes on changing is in the backup from before it: ${kept}`;
  expect(deployed.json()).toMatchObject({ backup: { reason } });
}, 60_000);

test("rows in the way of a plan are told before its backup, and however often it is tried none is left", async () => {
  const database = await testDatabase();
  const schema = "create table t (id int primary key, name text";
  const config = { declared: "schema.sql", strategy: "declarative", backup: "always" };
  const folder = await folderWith({
    "schema.sql": `${schema});`,
    "lockstep.config.json": JSON.stringify(config),
  });
  const run = (): Promise<LockstepRun> =>
    runLockstep(["deploy", "--json"], { cwd: folder, env: { DATABASE_URL: database.url } });
  expect((await run()).exitCode).toBe(0);
  await database.run("insert into t values (1, 'one'), (2, 'one')");
  await writeFile(join(folder, "schema.sql"), `${schema} unique check (name > 'o' and id > 1));`);
  for (let attempt = 1; attempt <= 2; attempt += 1) {
    expect((await run()).json()).toMatchObject({
      error: {
        ...{ code: "DIFF.ROWS", state: "nothing was changed", data: { id: "@declared" } },
        notes: [
          "rows: id = 1",
          expect.stringMatching(/^also 2 rows of public.t/),
          "rows: id = 1; id = 2",
        ],
      },
    });
  }
  expect(await readdir(folder)).not.toContain(".lockstep");
  await database.run("delete from t where id = 1");
  expect(reported(await run()).backup.receipt).toMatchObject({ what: "database" });
});
