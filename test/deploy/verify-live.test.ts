/** Drift of a live schema: by the lock file's fingerprint, and object by object. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { testDatabase } from "../support/database.ts";
import { deployFolder } from "../support/deploy.ts";
import { folderWith, writeFiles } from "../support/folders.ts";
import { proveFolder, refutations } from "../support/prove.ts";
import { runLockstep } from "../support/lockstep.ts";
import { newestMajor } from "../support/servers.ts";
import { driftOf, verifyFolder } from "../support/verify-live.ts";

const files = {
  "migrations/001_people.sql":
    "create table people (id int primary key, name text not null);\ncreate table pets (id int primary key, owner int references people);\n",
  "migrations/002_phone.sql":
    "alter table people add phone text;\ncreate index people_phone on people (phone);\n",
};

test("a line of the lock file that was written for another text of its migration says nothing", async () => {
  const database = await testDatabase();
  const folder = await folderWith({
    "migrations/001_people.sql": "create table people (id int);\n",
  });
  await proveFolder(folder, { write: true, major: newestMajor });
  await writeFiles(folder, {
    "migrations/001_people.sql": "create table people (id int);\ncreate table pets (id int);\n",
  });
  expect(refutations(await proveFolder(folder, { major: newestMajor }))).toEqual([
    "lockstep.lock: 001_people was changed after its line was written, so the fingerprints from there on say nothing of it; when the change is meant: lockstep test --write",
  ]);
  await deployFolder(folder, database.url);
  const deployed = await verifyFolder(folder, database.url);
  expect(deployed.schema).toMatchObject({ kind: "equal", against: "what it has applied" });
  // Now it is what the old line says, and not what the file says.
  await database.run("drop table pets");
  expect(driftOf(await verifyFolder(folder, database.url))).toEqual([
    "table public.pets: left only",
  ]);
});

test("without a lock file the schema is compared through scratch, and never passed over in silence", async () => {
  const database = await testDatabase();
  const folder = await folderWith(files);
  await deployFolder(folder, database.url);
  const verified = async (environment: Readonly<Record<string, string>> = {}) => {
    const env = { DATABASE_URL: database.url, ...environment };
    return await runLockstep(["verify"], { cwd: folder, env });
  };
  const equal = await verified();
  expect(equal).toMatchObject({ exitCode: 0 });
  expect(equal.stderr).toContain("the project has no lockstep.lock: comparing through scratch");
  expect(equal.stderr).toContain("is equal: what it has applied");

  await database.run("drop index people_phone");
  const drifted = await verified();
  expect(drifted.stdout).toContain("index public.people_phone");
  expect(drifted.exitCode).toBe(4);

  const nowhere = await verified({ SCRATCH_URL: "postgres://127.0.0.1:1/none" });
  expect(nowhere.stderr).toContain("its schema was not compared: the project has no lockstep.lock");
  expect(nowhere.stderr).not.toContain("is equal");
  expect(nowhere.exitCode).toBe(0);
});

test("what is said to type works where an earlier release's schema stands for migrations that are gone", async () => {
  const database = await testDatabase();
  const cwd = await folderWith({
    "releases/v1/schema.sql":
      "-- Includes migrations up to: 001_gone\n\ncreate table a (id int);\n",
    "migrations/002_b.sql": "alter table a add b int;\n",
    "migrations/003_c.sql": "alter table a add c int;\n",
    "schema.sql": "-- Includes migrations up to: 002_b\n\ncreate table a (id int, b int);\n",
  });
  const run = async (...words: readonly string[]) =>
    await runLockstep(words, { cwd, env: { DATABASE_URL: database.url } });
  expect(await run("deploy")).toMatchObject({ exitCode: 0 });
  await database.run("create index by_b on a (b); alter table a alter c set not null");
  const drifted = await run("verify", "--json");
  expect(drifted.exitCode).toBe(4);
  expect(drifted.json()).toMatchObject({ schema: { kind: "drift" } });
  const { next } = (drifted.json() as { schema: { next: readonly string[] } }).schema;
  const away = next.find((line) => line.includes("--from live")) ?? "";
  const [command = ""] = away.split("   ");
  const repair = await run(...command.split(" ").slice(1));
  expect(repair.exitCode).toBe(0);
  await database.run(repair.stdout);
  expect(await run("verify")).toMatchObject({ exitCode: 0 });
});

test("a target is equal by the lock file alone, and after a change by hand the change is named", async () => {
  const database = await testDatabase();
  const folder = await folderWith(files);
  const proof = await proveFolder(folder, { write: true, major: newestMajor });
  expect(refutations(proof)).toEqual([]);
  expect(proof.isLockWritten).toBe(true);
  const lock = await readFile(join(folder, "lockstep.lock"), "utf8");
  expect(lock.match(new RegExp(` ${newestMajor}=[0-9a-f]{64}$`, "gm"))).toHaveLength(2);
  await deployFolder(folder, database.url);
  const equal = await verifyFolder(folder, database.url);
  expect(equal.schema).toMatchObject({ kind: "equal", against: "lockstep.lock, after 002_phone" });
  expect(equal.isEqual).toBe(true);

  await database.run(
    "alter table people alter phone set not null; drop index people_phone; create table tmp ();",
  );
  const drifted = await verifyFolder(folder, database.url);
  expect(drifted.isEqual).toBe(false);
  expect(driftOf(drifted)).toEqual([
    "column public.people.phone notNull: undefined / {}",
    "index public.people_phone: left only",
    "table public.tmp: right only",
  ]);
  expect(drifted.schema).toMatchObject({
    sides: ["what it has applied", "live"],
    // As they can be typed: what drops has the word for it.
    next: [
      expect.stringMatching(/--from migrations --to live --sql --allow-drop index {3}/),
      expect.stringMatching(/--from live --to migrations --sql --allow-drop table {3}/),
    ],
  });
});

test("the lock file knows a state as its migrations leave it and as a restore does", async () => {
  const folder = await folderWith({
    "migrations/001_state.sql":
      "create table t (state varchar(10) constraint known check (state in ('new', 'paid')));\n",
    "migrations/002_more.sql": "alter table t add more int;\n",
  });
  expect((await proveFolder(folder, { write: true, major: newestMajor })).isLockWritten).toBe(true);
  const lock = await readFile(join(folder, "lockstep.lock"), "utf8");
  expect(lock.match(new RegExp(` ${newestMajor}=[0-9a-f]{64},[0-9a-f]{64}$`, "gm"))).toHaveLength(
    2,
  );
  expect(refutations(await proveFolder(folder, { major: newestMajor }))).toEqual([]);
  expect((await proveFolder(folder, { write: true, major: newestMajor })).isLockWritten).toBe(
    false,
  );
  const database = await testDatabase();
  await deployFolder(folder, database.url);
  const against = "lockstep.lock, after 002_more";
  const deployed = await verifyFolder(folder, database.url);
  expect(deployed.schema).toMatchObject({ kind: "equal", against });
  const [row] = await database.query(
    "select pg_get_constraintdef(oid) as known from pg_constraint where conname = 'known'",
  );
  await database.run(
    `alter table t drop constraint known, add constraint known ${String(row?.["known"])}`,
  );
  const restored = await verifyFolder(folder, database.url);
  expect(restored.fingerprint).not.toBe(deployed.fingerprint);
  expect(restored.schema).toMatchObject({ kind: "equal", against });
});

test("code that looks at rows makes what comes after it unknown, code that looks at the catalog does not", async () => {
  const guarded = `do $$ begin
    if not exists (select from pg_constraint where conname = 'named') then
      alter table people add constraint named check (name <> '');
    end if; end $$;\n`;
  const folder = await folderWith({
    ...files,
    "migrations/003_guarded.sql": guarded,
    "migrations/004_by_rows.sql": `do $$ begin
      if exists (select from people) then create table archive (); end if; end $$;\n`,
    "migrations/005_more.sql": "alter table people add more int;\n",
  });
  await proveFolder(folder, { write: true });
  const lock = await readFile(join(folder, "lockstep.lock"), "utf8");
  const ends = lock.split("\n").filter((line) => /^0\d/.test(line));
  expect(ends.map((line) => line.split(" ").at(-1)?.slice(0, 3))).toEqual([
    ...["18=", "18=", "18=", "unk", "unk"],
  ]);
  const database = await testDatabase();
  await deployFolder(folder, database.url);
  expect((await verifyFolder(folder, database.url)).schema).toMatchObject({
    kind: "unknown",
    reason: "by lockstep.lock the schema after 005_more depends on rows or on code",
    next: "lockstep verify --against lock",
  });
});

test("a proof checks the lock file's fingerprints, and one that no longer fits is refuted", async () => {
  const folder = await folderWith(files);
  await proveFolder(folder, { write: true, major: newestMajor });
  const again = await proveFolder(folder, { major: newestMajor });
  expect(again.parts.find(({ kind }) => kind === "lock")).toMatchObject({
    outcome: "proved",
    reason: "2 fingerprints hold",
  });
  const lock = await readFile(join(folder, "lockstep.lock"), "utf8");
  await writeFiles(folder, {
    "lockstep.lock": lock.replaceAll(new RegExp(` ${newestMajor}=..`, "g"), ` ${newestMajor}=00`),
  });
  const wrong = await proveFolder(folder, { major: newestMajor });
  expect(wrong.parts.find(({ kind }) => kind === "lock")?.outcome).toBe("refuted");
});

test("a target that lacks migrations is held against what it has applied", async () => {
  const database = await testDatabase(14);
  const folder = await folderWith({
    "migrations/001_people.sql": files["migrations/001_people.sql"],
  });
  await deployFolder(folder, database.url);
  await writeFiles(folder, files);
  const found = await verifyFolder(folder, database.url, { against: "lock" });
  expect(found.schema.kind).toBe("equal");
  expect(found.major).toBe(14);
  const ahead = await verifyFolder(folder, database.url, { against: "migrations" });
  expect(driftOf(ahead)).toEqual([
    "column public.people.phone: left only",
    "index public.people_phone: left only",
  ]);
});

test("counts are compared, and the schema only where it is asked for", async () => {
  const database = await testDatabase();
  const folder = await folderWith(files);
  await deployFolder(folder, database.url);
  const expectations = { tables: 2, indexes: 1, views: 1 };
  const found = await verifyFolder(folder, database.url, { expect: expectations });
  expect(found.schema.kind).toBe("unknown");
  expect(found.unexpected).toEqual([{ what: "views", expected: 1, found: 0 }]);
  expect(found.isEqual).toBe(false);
});

test("a target that began with the baseline is held against what it has applied, also while it lacks migrations", async () => {
  const database = await testDatabase();
  const folder = await folderWith({
    "schema.sql":
      "-- Includes migrations up to: 001_people\ncreate table people (id int primary key);\n",
    "migrations/001_people.sql": "create table people (id int primary key);\n",
  });
  await deployFolder(folder, database.url);
  await writeFiles(folder, { "migrations/002_phone.sql": "alter table people add phone text;\n" });
  const found = await verifyFolder(folder, database.url, { against: "lock" });
  expect(found.schema).toMatchObject({ kind: "equal", against: "what it has applied" });
  const proof = await proveFolder(folder, { url: database.url });
  expect(refutations(proof)).toEqual([]);
  await database.run("alter table people add mail text");
  expect(driftOf(await verifyFolder(folder, database.url, { against: "lock" }))).toEqual([
    "column public.people.mail: right only",
  ]);
});

test("a database without a ledger can be held against the files all the same", async () => {
  const database = await testDatabase();
  const folder = await folderWith({
    "schema.sql": "create table people (id int primary key, name text not null);",
  });
  await database.run("create table people (id int primary key, name text not null)");
  const found = await verifyFolder(folder, database.url, { against: "baseline" });
  expect(found.schema).toMatchObject({ kind: "equal", against: "baseline" });
  await expect(verifyFolder(folder, database.url, { against: "lock" })).rejects.toMatchObject({
    code: "LEDGER.ABSENT",
  });
});

test("a narrow exception is accepted and shown; one that fits nothing, or is over, is a finding", async () => {
  const database = await testDatabase();
  const exception = {
    object: "column:public.people.name",
    attribute: "type",
    values: ["text", "character varying(50)"],
    reason: "widened later",
  };
  const config = (exceptions: readonly object[]): Record<string, string> => ({
    "lockstep.config.json": JSON.stringify({ exceptions }),
  });
  const folder = await folderWith({ ...files, ...config([exception]) });
  await deployFolder(folder, database.url);
  await database.run("alter table people alter name type varchar(50)");
  const accepted = await verifyFolder(folder, database.url, { against: "lock" });
  expect(accepted.schema).toMatchObject({
    kind: "equal",
    exceptions: ["column:public.people.name type: text and character varying(50) (widened later)"],
  });
  await writeFiles(folder, config([{ ...exception, until: "2025-12-31" }]));
  expect(driftOf(await verifyFolder(folder, database.url, { against: "lock" }))).toHaveLength(1);
  await database.run("alter table people alter name type text");
  await writeFiles(folder, config([exception]));
  const idle = await verifyFolder(folder, database.url, { against: "lock" });
  const message = "matches nothing here; lockstep test says whether it is needed";
  expect(idle.schema).toMatchObject({ findings: [{ code: "VERIFY.EXCEPTION", message }] });
});

test("a deploy ends with a look at the schema: drift is an error, and what was applied stays", async () => {
  const database = await testDatabase();
  const folder = await folderWith(files);
  await deployFolder(folder, database.url);
  await writeFiles(folder, { "migrations/003_mail.sql": "alter table people add mail text;\n" });
  await proveFolder(folder, { write: true, major: newestMajor });
  await database.run("alter table pets add column nick text");
  await expect(deployFolder(folder, database.url)).rejects.toMatchObject({
    code: "VERIFY.DRIFT",
    notes: ["column public.pets.nick: only in live"],
  });
  expect((await deployFolder(folder, database.url)).outcome).toBe("nothing-to-do");
  await expect(deployFolder(folder, database.url, { verify: "always" })).rejects.toMatchObject({
    code: "VERIFY.DRIFT",
  });
  await database.run("alter table pets drop column nick");
  const report = await deployFolder(folder, database.url, { verify: "always" });
  expect(report.outcome).toBe("nothing-to-do");
  await writeFiles(folder, { "migrations/004_fax.sql": "alter table people add fax text;\n" });
  await proveFolder(folder, { write: true, major: newestMajor });
  await database.run("alter table pets add column nick text");
  const unseen = await deployFolder(folder, database.url, { verify: "never" });
  expect(unseen.outcome).toBe("deployed");
});

test("what no comparison shows is told beside drift too", async () => {
  const database = await testDatabase();
  const folder = await folderWith(files);
  await deployFolder(folder, database.url);
  await database.run("alter table pets disable trigger all; alter table people add extra int");
  const { schema } = await verifyFolder(folder, database.url, { against: "lock" });
  expect(schema).toMatchObject({
    kind: "drift",
    findings: [{ code: "CATALOG.NOT_MODELLED", object: "constraint:public.pets.pets_owner_fkey" }],
  });
  const env = { DATABASE_URL: database.url };
  const run = await runLockstep(["verify"], { cwd: folder, env });
  expect(run.stdout).toContain("CATALOG.NOT_MODELLED: constraint:public.pets.pets_owner_fkey");
  await expect(deployFolder(folder, database.url, { verify: "always" })).rejects.toMatchObject({
    notes: [
      "column public.people.extra: only in live",
      expect.stringContaining("CATALOG.NOT_MODELLED: constraint:public.pets.pets_owner_fkey: the"),
    ],
  });
  await database.run("alter table people drop column extra");
  expect((await verifyFolder(folder, database.url)).isEqual).toBe(true);
  const strict = await runLockstep(["verify", "--strict", "--json"], { cwd: folder, env });
  expect([strict.exitCode, strict.json()]).toMatchObject([4, { isEqual: false }]);
});

test("a declarative project's target is held against what it declares, and where deploys only add, what is beside is said", async () => {
  const declarative = (additive: boolean): Record<string, string> => ({
    "lockstep.config.json": JSON.stringify({
      strategy: "declarative",
      declared: "schema.sql",
      additive,
    }),
    "schema.sql": "create table people (id int primary key, name text not null);\n",
  });
  const database = await testDatabase();
  const folder = await folderWith(declarative(true));
  await deployFolder(folder, database.url);
  await database.run("alter table people add note text; comment on column people.note is 'mine'");
  const additive = await verifyFolder(folder, database.url);
  expect(additive.isEqual).toBe(true);
  expect(additive.schema).toMatchObject({
    kind: "equal",
    findings: [
      { code: "VERIFY.NOT_DECLARED", severity: "info", object: "column public.people.note" },
    ],
  });
  await database.run("alter table people alter name drop not null");
  expect(driftOf(await verifyFolder(folder, database.url))).toEqual([
    "column public.people.name notNull: {} / undefined",
  ]);
  await database.run("alter table people alter name set not null");
  await writeFiles(folder, declarative(false));
  expect(driftOf(await verifyFolder(folder, database.url))).toEqual([
    "column public.people.note: right only",
  ]);
});

test("roles that the config names are part of the schema: their rights, memberships and settings, and no others", async () => {
  const database = await testDatabase();
  const app = `${database.name}_app`;
  const reader = `${database.name}_reader`;
  const beside = `${database.name}_beside`;
  const declared = `
    create role ${app} login; create role ${reader}; grant ${reader} to ${app};
    comment on role ${app} is 'the application';
    alter role ${app} set statement_timeout = '5s';
    do $$ begin
      execute format('alter role ${app} in database %I set search_path = app, public', current_database());
      execute format('alter database %I set work_mem = %L', current_database(), '8MB');
    end $$;`;
  const table = `create table t (id int); grant select on t to ${reader}, ${beside};`;
  await database.run(`create role ${beside} login; ${declared} ${table}`);
  const cwd = await folderWith({
    "schema.sql": `${declared}\n${table}\n`,
    "lockstep.config.json": JSON.stringify({
      strategy: "declarative",
      declared: "schema.sql",
      roles: [app, `${reader}*`],
    }),
  });
  const env = { DATABASE_URL: database.url };
  try {
    await database.run(`
      alter role ${app} nologin createdb; comment on role ${app} is 'other'; revoke ${reader} from ${app}; alter role ${beside} superuser;
      alter role ${app} reset statement_timeout; alter database ${database.name} set work_mem = '9MB'`);
    const drifted = await runLockstep(["verify", "--against", "declared", "--json"], { cwd, env });
    expect(drifted.exitCode).toBe(4);
    expect(drifted.json()).toMatchObject({
      schema: {
        differences: [
          { id: `comment:role:${app}` },
          { id: `membership:${reader}->${app}` },
          { id: `role:${app}` },
          { id: "setting:@database.work_mem" },
          { id: `setting:${app}.statement_timeout` },
        ],
      },
    });
    // Proved on a copy, which has the settings too, and run.
    const plan = await runLockstep(["diff", "--from", "live", "--to", "declared", "--sql"], {
      cwd,
      env,
    });
    expect(plan.stderr).toContain("proved in scratch");
    await database.run(plan.stdout);
    const again = await runLockstep(["verify", "--against", "declared"], { cwd, env });
    expect([again.stdout, again.exitCode]).toEqual(["", 0]);
    const none = await runLockstep(["dump", "live", "--roles", "nobody"], { cwd, env });
    expect(none.stdout).not.toContain("CREATE ROLE");
    expect(none.stdout).toContain("SET work_mem TO");
  } finally {
    await database.run(`drop table t; drop role ${app}, ${reader}, ${beside}`);
  }
});

test("beside a backup, which holds no roles, those that the config names are left aside, and that is said", async () => {
  const database = await testDatabase();
  const role = `${database.name}_kept`;
  await database.run(`create role ${role}; create table t (id int); grant select on t to ${role}`);
  const cwd = await folderWith({ "lockstep.config.json": JSON.stringify({ roles: [role] }) });
  const env = { DATABASE_URL: database.url };
  try {
    expect((await runLockstep(["backup", "--out", "kept"], { cwd, env })).exitCode).toBe(0);
    const words = ["diff", "--from", "live", "--to", "backup:kept", "--json"];
    const back = await runLockstep(words, { cwd, env });
    expect(back.json()).toMatchObject({ equal: true, findings: [{ code: "CATALOG.ROLES_ASIDE" }] });
    const verified = await verifyFolder(cwd, database.url, {
      against: { kind: "backup", path: join(cwd, "kept") },
    });
    expect(verified.schema).toMatchObject({
      kind: "equal",
      findings: [{ code: "CATALOG.ROLES_ASIDE" }],
    });
  } finally {
    await database.run(`drop table t; drop role ${role}`);
  }
});
