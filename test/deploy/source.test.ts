/** Sources that stand outside of the project, what a major means for them, and whose objects they hold. */
import type { ChildProcess } from "node:child_process";
import { readFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { isAlive } from "../../src/adapters/node/processes.ts";
import { administer, testDatabase, testRole } from "../support/database.ts";
import { deployFolder } from "../support/deploy.ts";
import { folderWith, writeFiles } from "../support/folders.ts";
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

test("what a newer pg_dump switches off is nothing to an older server, and everything else is an error", async () => {
  const limit = (setting: string): string =>
    `SET statement_timeout = 0;\nSET ${setting};\n${people}`;
  const cwd = await folderWith({
    "plain.sql": people,
    "newer.sql": limit("transaction_timeout = 0"),
    "restricted.sql": `\\restrict a\n${limit("transaction_timeout = 0")}\\unrestrict a\n`,
    "limited.sql": limit("transaction_timeout = 5000"),
    "unknown.sql": limit("transaction_timeouts = 0"),
  });
  const of = async (file: string): ReturnType<typeof runLockstep> =>
    await runLockstep(["fingerprint", `file:${file}`, "--major", "14", "--json"], { cwd });
  const plain = await of("plain.sql");
  expect(plain.exitCode, plain.stderr).toBe(0);
  const fingerprints = [await of("newer.sql"), await of("restricted.sql")].map((run) => run.json());
  const { fingerprint } = plain.json() as { readonly fingerprint: string };
  expect(fingerprints).toMatchObject([{ fingerprint }, { fingerprint }]);
  for (const file of ["limited.sql", "unknown.sql"]) {
    const refused = await of(file);
    expect([refused.exitCode, refused.json()]).toMatchObject([
      2,
      { error: { code: "SOURCE.STATEMENT_FAILED", where: { file, line: 2 } } },
    ]);
  }
});

test("a file that is named as if it were a word is told how to name it", async () => {
  const refused = await runLockstep(["fingerprint", "db/schema.sql"]);
  expect(refused.exitCode).toBe(2);
  expect(refused.stderr).toContain("file:db/schema.sql");
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

/** Its child, and what that runs, ignore being asked to end. */
const endless: Readonly<Record<string, string>> = {
  "schema.sh": "sh child.sh & wait",
  "child.sh": "trap '' TERM; echo $$ > pid.new; mv pid.new pid; sleep 600",
};

async function childOf(cwd: string): Promise<number> {
  return await vi.waitFor(async () => Number(await readFile(join(cwd, "pid"), "utf8")), {
    timeout: 60_000,
    interval: 50,
  });
}

test("a command that does not end is ended in time, or by Ctrl-C, with all that it started", async () => {
  const config = (timeout: string): Record<string, string> => ({
    ...endless,
    "lockstep.config.json": JSON.stringify({ declared: { command: "sh schema.sh", timeout } }),
  });
  const cwd = await folderWith(config("2s"));
  const slow = await runLockstep(["dump", "declared", "--json"], { cwd });
  expect(slow.json()).toMatchObject({ error: { code: "SOURCE.COMMAND_TIMEOUT" } });
  expect(slow.exitCode).toBe(2);
  await vi.waitFor(async () => expect(isAlive(await childOf(cwd))).toBe(false), { timeout: 5_000 });
  const other = await folderWith(config("1h"));
  let program: ChildProcess | undefined;
  const ended = runLockstep(["dump", "declared"], {
    cwd: other,
    onStart: (child) => {
      program = child;
    },
  });
  const child = await childOf(other);
  program?.kill("SIGINT");
  const run = await ended;
  expect([run.exitCode, run.stderr]).toEqual([3, expect.stringContaining("USAGE.INTERRUPTED")]);
  expect(isAlive(child)).toBe(false);
});

/** Counts who comes, and lets nobody in. */
async function publisher(): Promise<{ port: number; callers: () => number; close: () => void }> {
  let callers = 0;
  const server = createServer((socket) => {
    callers += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return { port, callers: () => callers, close: () => server.close() };
}

test("a subscription is made in scratch without a word to its publisher, and refused on a server of others", async () => {
  const { port, callers, close } = await publisher();
  const connection = `'host=127.0.0.1 port=${port} dbname=x'`;
  const cwd = await folderWith({
    "lockstep.config.json": '{"declared":"schema.sql"}',
    "schema.sql": `create subscription "S b" connection ${connection} publication p, q /* all */ with (copy_data = true, "binary" = true, create_slot) -- end`,
    "migrations/001_a.sql": `create subscription "S b" connection ${connection} publication p;`,
    "migrations/002_b.sql": `drop subscription "S b"; drop subscription if exists "S b";
      create subscription "S b" connection ${connection} publication p with (binary = true, enabled = false);`,
    "migrations/003_c.sql": `alter subscription "S b" enable; alter subscription "S b" add publication q;
      alter subscription "S b" refresh publication;`,
  });
  const proof = await runLockstep(["test"], { cwd });
  expect(proof.exitCode, proof.stderr).toBe(0);
  const made = await runLockstep(["diff", "--from", "empty", "--to", "declared", "--sql"], { cwd });
  expect(made.stdout).toContain("PUBLICATION p, q WITH (connect = false, binary = true)");
  expect(made.stdout).toContain('ALTER SUBSCRIPTION "S b" ENABLE');
  const { url } = await testDatabase();
  const env = { SCRATCH_URL: url };
  const refused = await runLockstep(["dump", "declared", "--json"], { cwd, env });
  expect(refused.json()).toMatchObject({ error: { code: "SCRATCH.SHARED_SERVER" } });
  await writeFiles(cwd, { "migrations/004_d.sql": 'alter subscription "S b" set (failover);' });
  const slot = await runLockstep(["dump", "migrations", "--json"], { cwd });
  expect(slot.json()).toMatchObject({ error: { code: "SCRATCH.PUBLISHER" } });
  expect(callers()).toBe(0);
  close();
});
