/** Two branches' migrations in either order, from a real repository. */
import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { folderWith, writeFiles } from "../support/folders.ts";
import { proveFolder, refutations } from "../support/prove.ts";

async function branches(theirs: string, mine: string): Promise<string> {
  const folder = await folderWith({
    "migrations/001_people.sql": "create table people (id int primary key, name text);\n",
  });
  const git = (...args: readonly string[]): void => {
    const identity = ["-c", "user.name=test", "-c", "user.email=test@example.org"];
    execFileSync("git", [...identity, ...args], { cwd: folder, stdio: "ignore" });
  };
  git("init", "-q", "-b", "main");
  git("add", ".");
  git("commit", "-qm", "first");
  git("checkout", "-qb", "mine");
  await writeFiles(folder, { "migrations/002_mine.sql": mine });
  git("add", ".");
  git("commit", "-qm", "mine");
  git("checkout", "-q", "main");
  await writeFiles(folder, { "migrations/003_theirs.sql": theirs });
  git("add", ".");
  git("commit", "-qm", "theirs");
  git("checkout", "-q", "mine");
  return folder;
}

test("migrations that have nothing to do with each other may come in either order", async () => {
  const folder = await branches(
    "create table pets (id int primary key);",
    "alter table people add phone text;",
  );
  const report = await proveFolder(folder, { base: "main" });
  expect(refutations(report)).toEqual([]);
  const order = report.parts.find(({ kind }) => kind === "order");
  expect(order).toMatchObject({ outcome: "proved", subject: "003_theirs of main and 002_mine" });
});

test("what the other branch overwrites is named", async () => {
  const folder = await branches(
    "create or replace view v as select 1 as one;",
    "create or replace view v as select 2 as one;",
  );
  const report = await proveFolder(folder, { base: "main" });
  expect(refutations(report)).toEqual([
    "003_theirs of main and 002_mine: the order matters",
    'view public.v query: "SELECT 2 AS one" / "SELECT 1 AS one"',
  ]);
});

test("a migration that needs the other branch's is named with the statement that fails", async () => {
  const folder = await branches(
    "alter table people add tag text;",
    "create index on people (tag);",
  );
  const report = await proveFolder(folder, { base: "main" });
  const order = report.parts.find(({ kind }) => kind === "order");
  expect(order?.outcome).toBe("refuted");
  expect(order?.reason).toBe(
    'as 002_mine, then 003_theirs: 002_mine fails: migrations/002_mine.sql:1: column "tag" does not exist',
  );
});
