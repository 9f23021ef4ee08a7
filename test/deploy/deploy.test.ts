/** The way of a deploy, on real servers: fresh, upgraded, nothing to do. */
import { expect, test, vi } from "vitest";
import { LockstepError } from "../../src/core/errors.ts";
import { deploy } from "../../src/deploy/deploy.ts";
import { testDatabase } from "../support/database.ts";
import { deployerOf, deployFolder } from "../support/deploy.ts";
import { folderWith, writeFiles } from "../support/folders.ts";

const first = { "migrations/001_people.sql": "create table people (id int primary key);\n" };
const second = {
  "migrations/002_phone.sql":
    "-- Migration: Phone\nalter table people add phone text;\ncreate index concurrently people_phone on people (phone);\ncomment on table people is 'x'",
};

for (const major of [14, 18]) {
  test(`migrations reach an empty database, then what is lacking, then nothing (${major})`, async () => {
    const database = await testDatabase(major);
    const folder = await folderWith(first);
    const fresh = await deployFolder(folder, database.url);
    expect(fresh.outcome).toBe("deployed");
    expect(fresh.strategy).toBe("migrate");
    expect(fresh.applied.map(({ id }) => id)).toEqual(["001_people"]);

    await writeFiles(folder, second);
    const upgraded = await deployFolder(folder, database.url);
    expect(upgraded.applied.map(({ id }) => id)).toEqual(["002_phone"]);
    const rows = await database.query(
      "select id, provenance, meaning_hash is not null as hashed, content from lockstep.migrations order by position",
    );
    expect(rows.map(({ id, provenance }) => [id, provenance])).toEqual([
      ["001_people", "deployed"],
      ["002_phone", "deployed"],
    ]);
    expect(await database.query("select from lockstep.statements")).toEqual([]);
    const indexes = await database.query(
      "select indisvalid from pg_index where indexrelid = 'people_phone'::regclass",
    );
    expect(indexes).toEqual([{ indisvalid: true }]);

    const again = await deployFolder(folder, database.url);
    expect(again.outcome).toBe("nothing-to-do");
    expect(again.strategy).toBeUndefined();
    await expect(deployFolder(folder, database.url, { to: "002_fone" })).rejects.toMatchObject({
      code: "PLAN.UNKNOWN_ID",
      message: expect.stringContaining("did you mean 002_phone?"),
    });
  });
}

test("a baseline and its migrations reach an empty database, and an old one gets what it lacks", async () => {
  const migrations = {
    ...first,
    "migrations/002_phone.sql": "alter table people add phone text;",
    "migrations/003_mail.sql": "alter table people add mail text;",
  };
  const baseline = {
    "schema.sql":
      "-- Schema Version: 1.0.0\n-- Includes migrations up to: 002_phone\ncreate table people (id int primary key, phone text);\n",
  };
  const old = await testDatabase();
  await deployFolder(await folderWith(first), old.url);
  const folder = await folderWith({ ...migrations, ...baseline });
  const fresh = await testDatabase();
  const report = await deployFolder(folder, fresh.url);
  expect(report.strategy).toBe("baseline-then-migrate");
  expect(report.included).toEqual(["001_people", "002_phone"]);
  expect(report.applied.map(({ id }) => id)).toEqual(["@baseline", "003_mail"]);
  const upgraded = await deployFolder(folder, old.url);
  expect(upgraded.applied.map(({ id }) => id)).toEqual(["002_phone", "003_mail"]);
  for (const { url } of [old, fresh]) {
    expect((await deployFolder(folder, url)).outcome).toBe("nothing-to-do");
  }
});

test("a project that can't be read is told of before a server that is not there, and leaves no session", async () => {
  const database = await testDatabase();
  const folder = await folderWith(first);
  const gone = new URL(database.url);
  gone.port = "1";
  for (const url of [gone.href, database.url]) {
    const { ports, project } = await deployerOf(folder, url);
    const read = (): Promise<never> =>
      Promise.reject(new LockstepError("PROJECT.FILE_ABSENT", "the folder is not there"));
    const wish = { project: { config: project.config, read }, retryForMs: 0 };
    await expect(deploy(ports, wish)).rejects.toMatchObject({ code: "PROJECT.FILE_ABSENT" });
  }
  const ours =
    "select from pg_stat_activity where datname = current_database() and application_name ~ '^lockstep '";
  await vi.waitFor(async () => expect(await database.query(ours)).toEqual([]), 5_000);
});

test("a failed statement is shown with file, line and caret, and leaves nothing behind", async () => {
  const database = await testDatabase();
  const folder = await folderWith({
    ...first,
    "migrations/002_bad.sql":
      "create table a (id int);\n\nalter table people\n  add constraint c foreign key (nope) references a (id);\n",
  });
  await expect(deployFolder(folder, database.url)).rejects.toMatchObject({
    code: "DEPLOY.STATEMENT_FAILED",
    sqlState: "42703",
    where: { file: "migrations/002_bad.sql", line: 3 },
    state: "001_people is applied; nothing of 002_bad was changed",
  });
  expect(await database.query("select from pg_class where relname = 'a'")).toEqual([]);
  expect(await database.query("select migration_id, sql_state from lockstep.attempts")).toEqual([
    { migration_id: "002_bad", sql_state: "42703" },
  ]);
});

test("where the file is not at fault, the next step is not to correct it", async () => {
  const database = await testDatabase();
  const folder = await folderWith(first);
  await deployFolder(folder, database.url);
  const steps = {
    "25006": "a role that may write",
    "42501": "Grant the role",
    "53100": "Make room",
    "53200": "Give the server",
    "57014": "statementTimeout",
    "22012": "Correct the file",
  };
  for (const [sqlState, step] of Object.entries(steps)) {
    const fails = `do $$ begin raise exception using errcode = '${sqlState}', message = 'no'; end $$`;
    await writeFiles(folder, { "migrations/002_fails.sql": fails });
    await expect(deployFolder(folder, database.url)).rejects.toMatchObject({
      code: "DEPLOY.STATEMENT_FAILED",
      sqlState,
      next: expect.stringContaining(step) as unknown,
    });
  }
});
