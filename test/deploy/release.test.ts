/** A release in the changelog: what changed, which migrations, where it is applied; and the same when run again. */
import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { testDatabase } from "../support/database.ts";
import { deployFolder } from "../support/deploy.ts";
import { folderWith, writeFiles } from "../support/folders.ts";
import { runLockstep } from "../support/lockstep.ts";

const files = {
  "migrations/001_users.sql":
    "-- Author: Ada\n\ncreate table users (id int primary key, email text);",
  "migrations/001_rollback.sql": "drop table users;",
  "migrations/002_mail.sql":
    "-- Migration: Mail, found fast | unique\n-- Breaking Changes: email is obligatory\n\ncreate unique index users_mail on users (email); alter table users alter email set not null;",
};

test("each release tells what it added, changed and removed since the one before, and where it is applied", async () => {
  const database = await testDatabase();
  const folder = await folderWith(files);
  await deployFolder(folder, database.url);
  const release = async (...args: readonly string[]): Promise<unknown> =>
    (await runLockstep(["release", ...args, "--json"], { cwd: folder })).json();
  const changelog = (): Promise<string> =>
    readFile(join(folder, "migrations/CHANGELOG.md"), "utf8");
  await release("v1.0.0", "--url", database.url);
  const first = await changelog();
  expect(first).toMatch(/^## \[1\.0\.0\] - \d{4}-\d\d-\d\d$/m);
  expect(first).toContain("| table | `users` | 2 columns |");
  expect(first).toContain("| 002_mail | Mail, found fast \\| unique |  | no |");
  expect(first).toContain("| 001_users | users | Ada | yes |");
  expect(first).toContain("- 002_mail: email is obligatory");
  expect(first).toContain("Rollback: not available for 002_mail.");
  expect(first).toMatch(/\| 2 of 2 \| \d{4}-\d\d-\d\d \d\d:\d\d \|/);
  expect(await release("v1.0.0", "--url", database.url)).toMatchObject({ isWritten: false });
  expect(await release("v1.1.0")).toMatchObject({ error: { code: "RELEASE.NOTHING" } });
  await writeFiles(folder, {
    "migrations/003_more.sql":
      "alter table users add phone text, alter email type varchar(99); drop index users_mail; create table notes (id int);",
  });
  await release("v1.1.0");
  const second = await changelog();
  expect(second.indexOf("[1.1.0]")).toBeLessThan(second.indexOf("[1.0.0]"));
  expect(second.endsWith(first.slice(first.indexOf("## [1.0.0]")))).toBe(true);
  const own = second.slice(0, second.indexOf("## [1.0.0]"));
  expect(own).toContain("| column | `users.phone` | text |");
  expect(own).toContain("| column | `users.email` | character varying(99), not null |");
  expect(own).toMatch(/### Removed\n\n.*\n.*\n\| index \| `users.*` \| unique \|/);
  expect(own).toContain("| table | `notes` | 1 column |");
}, 60_000);

test("where it is applied stays written when the tag is set and no target is named", async () => {
  const database = await testDatabase();
  const folder = await folderWith(files);
  await deployFolder(folder, database.url);
  const git = (...args: readonly string[]): string =>
    execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b", ...args], {
      cwd: folder,
      encoding: "utf8",
    });
  const release = async (...args: readonly string[]): Promise<unknown> =>
    (await runLockstep(["release", "v1", ...args, "--json"], { cwd: folder })).json();
  await writeFiles(folder, {
    "lockstep.config.json": JSON.stringify({
      targets: { staging: { url: database.url }, "a|b": { url: database.url } },
    }),
  });
  await release("--targets", "all");
  git("init", "-q");
  git("add", "-A");
  git("commit", "-qm", "a");
  const before = await readFile(join(folder, "migrations/CHANGELOG.md"), "utf8");
  expect(before.match(/\| 2 of 2 \|/g)).toHaveLength(2);
  expect(await release("--tag")).toMatchObject({ isWritten: false, tag: "schema-v1" });
  await database.run("delete from lockstep.migrations where id = '002_mail'");
  await release("--targets", "staging");
  const after = await readFile(join(folder, "migrations/CHANGELOG.md"), "utf8");
  expect(after.match(/^\| (?:staging|a\\\|b) \| \d of 2 \|/gm)?.toSorted()).toEqual([
    "| a\\|b | 2 of 2 |",
    "| staging | 1 of 2 |",
  ]);
}, 60_000);

test("a tag is set once everything is committed, and only once", async () => {
  const folder = await folderWith(files);
  const git = (...args: readonly string[]): string =>
    execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b", ...args], {
      cwd: folder,
      encoding: "utf8",
    });
  const release = async (): Promise<unknown> =>
    (await runLockstep(["release", "v1", "--tag", "--json"], { cwd: folder })).json();
  git("init", "-q");
  git("add", "-A");
  git("commit", "-qm", "a");
  expect(await release()).toMatchObject({
    error: {
      code: "RELEASE.UNCOMMITTED",
      state: "migrations/CHANGELOG.md is written; no tag was set",
    },
  });
  git("add", "-A");
  git("commit", "-qm", "b");
  expect(await release()).toMatchObject({ isWritten: false, tag: "schema-v1" });
  expect(await release()).toMatchObject({ tag: "schema-v1" });
  expect(git("tag", "--points-at", "HEAD").trim()).toBe("schema-v1");
  git("commit", "-q", "--allow-empty", "-m", "c");
  expect(await release()).toMatchObject({ error: { code: "RELEASE.TAG_TAKEN" } });
}, 60_000);
