/** Sources that stand outside of the project, what a major means for them, and whose objects they hold. */
import { expect, test } from "vitest";
import { administer, testDatabase, testRole } from "../support/database.ts";
import { deployFolder } from "../support/deploy.ts";
import { folderWith } from "../support/folders.ts";
import { runLockstep } from "../support/lockstep.ts";
import { proveFolder, refutations } from "../support/prove.ts";
import { verifyFolder } from "../support/verify-live.ts";

const people = "create table people (id int primary key, name text not null);\n";

test("a backup is a source: of a fingerprint, a dump, a diff, and what a target is held against", async () => {
  const database = await testDatabase();
  const cwd = await folderWith({ "schema.sql": people });
  await database.run(`${people} alter default privileges grant select on tables to pg_monitor`);
  const env = { DATABASE_URL: database.url };
  const taken = await runLockstep(["backup", "--out", "kept"], { cwd, env });
  expect(taken.exitCode, taken.stderr).toBe(0);
  const [live, backup] = await Promise.all(
    ["live", "backup:kept"].map((source) => runLockstep(["fingerprint", source], { cwd, env })),
  );
  expect([backup?.exitCode, backup?.stdout]).toEqual([0, live?.stdout]);
  const dumps = await Promise.all(
    ["live", "backup:kept"].map((source) => runLockstep(["dump", source], { cwd, env })),
  );
  expect(dumps[1]?.stdout).toBe(dumps[0]?.stdout);
  expect(dumps[0]?.stdout).toContain("CREATE TABLE public.people");
  await database.run("alter table people add phone text");
  const args = ["diff", "--from", "backup:kept", "--to", "live", "--sql"];
  const planned = await runLockstep(args, { cwd, env });
  expect(planned.stdout).toContain("ADD COLUMN phone text");
  const verified = await runLockstep(["verify", "--against", "backup:kept", "--json"], {
    cwd,
    env,
  });
  expect(verified.exitCode).toBe(4);
  expect(verified.json()).toMatchObject({
    schema: { kind: "drift", differences: [{ object: "column public.people.phone" }] },
  });
  const nothing = await runLockstep(["dump", "backup:nowhere", "--json"], { cwd, env });
  expect(nothing.exitCode).toBe(2);
});

test("another major than a database's own is refused; its own is not", async () => {
  const database = await testDatabase(14);
  const env = { DATABASE_URL: database.url };
  for (const command of ["dump", "fingerprint"]) {
    const refused = await runLockstep([command, "live", "--major", "18", "--json"], { env });
    expect([refused.exitCode, refused.json()]).toMatchObject([
      2,
      { error: { code: "SOURCE.MAJOR", data: { major: 14, wanted: 18 } } },
    ]);
  }
  const own = await runLockstep(["fingerprint", "live", "--major", "14"], { env });
  expect(own.exitCode).toBe(0);
});

test("--against takes what names a schema outside of the project, and nothing else", async () => {
  const database = await testDatabase();
  const cwd = await folderWith({ "other.sql": people });
  await database.run(people);
  const env = { DATABASE_URL: database.url };
  const equal = await runLockstep(["verify", "--against", "file:other.sql"], { cwd, env });
  expect(equal.exitCode, equal.stderr).toBe(0);
  const wrong = await runLockstep(["verify", "--against", "live", "--json"], { cwd, env });
  expect(wrong.json()).toMatchObject({ error: { code: "USAGE.INVALID" } });
});

test("what the config's owner has is the same wherever it is, and what another has is named", async () => {
  const role = await testRole();
  const live = await testDatabase();
  const folder = await folderWith({
    "schema.sql": `${people}alter table people owner to ${role};\ncreate view v as select 1 as one;\n`,
    "lockstep.config.json": JSON.stringify({ owner: role }),
  });
  await administer(live.major, `grant ${role} to current_user`).catch(() => undefined);
  await live.run(`${people} alter table people owner to ${role};
    create view v as select 1 as one; alter view v owner to ${role}`);
  const equal = await verifyFolder(folder, live.url, { against: "baseline" });
  expect(equal.schema).toMatchObject({ kind: "equal" });
  await live.run("alter view v owner to current_user");
  const other = await verifyFolder(folder, live.url, { against: "baseline" });
  expect(other.schema).toMatchObject({
    kind: "drift",
    differences: [{ object: "view public.v", attributes: [{ attribute: "owner" }] }],
  });
});

test("a step that is done by hand is never proved, unless a live database shows what it did", async () => {
  const folder = await folderWith({
    "migrations/001_people.sql": people,
    "migrations/002_copy.external.md": "Copy the files.",
    "migrations/003_phone.sql": "alter table people add phone text;\n",
  });
  const alone = await proveFolder(folder, { write: true });
  expect([alone.verdict, alone.isLockWritten]).toEqual(["unproved", true]);
  expect(refutations(alone)).toEqual([
    "002_copy: done by hand, so it was left out: what it changes in the schema was not looked at",
  ]);
  const live = await testDatabase();
  const env = { DATABASE_URL: live.url };
  await deployFolder(folder, live.url).catch(() => undefined);
  const marked = await runLockstep(["repair", "--mark-done", "002_copy"], {
    cwd: folder,
    env,
  });
  expect(marked.exitCode, marked.stderr).toBe(0);
  await deployFolder(folder, live.url);
  const shown = await proveFolder(folder, { url: live.url });
  expect(refutations(shown)).toEqual([]);
});
