/** What a schema's files say and the server skips without an error is said, with both places. */
import { expect, test } from "vitest";
import { testDatabase } from "../support/database.ts";
import { folderWith } from "../support/folders.ts";
import { runLockstep } from "../support/lockstep.ts";

interface Dumped {
  readonly findings: readonly { readonly code: string; readonly message: string }[];
}

async function findingsOf(
  files: Readonly<Record<string, string>>,
  source: string,
): Promise<readonly string[]> {
  const cwd = await folderWith(files);
  const run = await runLockstep(["fingerprint", source, "--strict", "--json"], { cwd });
  expect(run.exitCode, run.stderr).toBe(0);
  return (run.json() as Dumped).findings.map(({ code, message }) => `${code} ${message}`);
}

const users = "create table if not exists users (id integer primary key, name text);\n";

test("two files of a folder that make the same table differently are named, both", async () => {
  const files = {
    "db/a.sql": users,
    "db/b.sql": `create schema if not exists public;
create table if not exists users (id bigint primary key, email text);
create index if not exists users_name on users (id);`,
    "db/c.sql": `CREATE TABLE users (id integer PRIMARY KEY, name text);
create index users_name on users (name);`,
  };
  const { "db/c.sql": plain, ...both } = files;
  expect(await findingsOf(both, "file:db")).toEqual([
    "SOURCE.MADE_TWICE db/b.sql:2 makes it IF NOT EXISTS, and db/a.sql:1 makes it otherwise: only the one that ran first counts",
  ]);
  const one = { "one.sql": `${plain}\n${users}${files["db/b.sql"]}` };
  expect(await findingsOf(one, "file:one.sql")).toEqual([
    expect.stringContaining("one.sql:5 makes it IF NOT EXISTS, and one.sql:1 makes it otherwise"),
    expect.stringContaining("one.sql:6 makes it IF NOT EXISTS, and one.sql:2 makes it otherwise"),
  ]);
});

test("the same table said twice, and tables of one name in two schemas, are no finding", async () => {
  const files = {
    "a.sql": `${users}${users.toUpperCase()}
      create schema other; set search_path = other;
      create table if not exists users (id bigint);
      create table if not exists other.users (id bigint)`,
  };
  expect(await findingsOf(files, "file:a.sql")).toEqual([]);
});

test("ALTER ... IF EXISTS of what another file makes waits for it, and of what no file makes is named", async () => {
  const files = {
    "db/a.sql": `alter table if exists users add column phone text;
      alter table if exists userz add column phone text;
      alter table if exists gone drop column phone;
      drop table if exists gone;`,
    "db/b.sql": users,
  };
  const named =
    "SOURCE.NOTHING_ALTERED db/a.sql:2 alters it IF EXISTS, and nothing in these files makes it: the statement does nothing";
  expect(await findingsOf(files, "file:db")).toEqual([named]);
  const one = { "one.sql": `${files["db/b.sql"]}${files["db/a.sql"]}` };
  expect(await findingsOf(one, "file:one.sql")).toEqual([named.replace("db/a.sql:2", "one.sql:3")]);
});

test("the proof and verify say it of the declared schema too", async () => {
  const database = await testDatabase();
  await database.run("create table users (id integer primary key, name text)");
  const cwd = await folderWith({
    "lockstep.config.json": '{ "declared": "db" }',
    "db/a.sql": users,
    "db/b.sql": "create table if not exists users (id bigint primary key)",
  });
  const env = { DATABASE_URL: database.url };
  const proof = await runLockstep(["test", "--json"], { cwd, env });
  expect([proof.exitCode, proof.json()]).toMatchObject([
    0,
    { findings: [{ code: "SOURCE.MADE_TWICE", where: { file: "db/b.sql", line: 1 } }] },
  ]);
  const verified = await runLockstep(["verify", "--against", "declared"], { cwd, env });
  expect([verified.exitCode, verified.stdout + verified.stderr]).toEqual([
    0,
    expect.stringContaining("SOURCE.MADE_TWICE"),
  ]);
});
