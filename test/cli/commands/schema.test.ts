import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { testDatabase } from "../../support/database.ts";
import { folderWith, temporaryFolder } from "../../support/folders.ts";
import { runLockstep } from "../../support/lockstep.ts";

const before = "create table person (id integer primary key, name text);\n";
const after = "create table person (id integer primary key, name text not null, born date);\n";

test("the SQL of a diff leads from one database to the other", async () => {
  const [from, to] = [await testDatabase(), await testDatabase()];
  await from.run(before);
  await to.run(after);
  const args = ["diff", "--from", from.url, "--to", to.url];
  const planned = await runLockstep([...args, "--sql"]);
  expect([planned.exitCode, planned.stdout.split("\n")[0]]).toEqual([0, "BEGIN;"]);
  const differs = await runLockstep([...args, "--exit-code"]);
  expect([differs.exitCode, differs.stdout]).toEqual([
    4,
    "check column:public.person.name (no rows where column name is null, and is to be NOT NULL)\nalter column:public.person.name\ncreate column:public.person.born\n",
  ]);
  await from.run(planned.stdout);
  const equal = await runLockstep([...args, "--sql", "--exit-code"]);
  expect([equal.exitCode, equal.stdout]).toEqual([0, ""]);
});

test("a plan that drops is refused with the list, until the kind is allowed", async () => {
  const cwd = await folderWith({
    "old.sql": `${before}create view v as select 1 as a;\n`,
    "new.sql": before,
  });
  const args = ["diff", "--from", "file:old.sql", "--to", "file:new.sql", "--sql"];
  const refused = await runLockstep([...args, "--json"], { cwd });
  expect(refused.exitCode).toBe(2);
  expect(refused.json()).toMatchObject({
    error: { code: "DIFF.DROPS", data: { drops: [{ kind: "view", object: "view:public.v" }] } },
  });
  const other = await runLockstep([...args, "--allow-drop", "table"], { cwd });
  expect(other.exitCode).toBe(2);
  const allowed = await runLockstep([...args, "--allow-drop", "table,view"], { cwd });
  expect([allowed.exitCode, allowed.stdout]).toEqual([
    0,
    "BEGIN;\n\nDROP VIEW public.v;\n\nCOMMIT;\n",
  ]);
});

test("a diff as JSON has segments, steps and what each does to rows", async () => {
  const cwd = await folderWith({
    "old.sql": "create type mood as enum ('a'); create table t (m mood, n integer);",
    "new.sql":
      "create type mood as enum ('a', 'b'); create table t (m mood default 'b', n bigint);",
  });
  const run = await runLockstep(
    ["diff", "--from", "file:old.sql", "--to", "file:new.sql", "--json"],
    { cwd },
  );
  expect(run.json()).toMatchObject({
    equal: false,
    plan: {
      drops: [],
      segments: [
        { transaction: true, steps: [expect.objectContaining({ kind: "enum" })] },
        {
          transaction: true,
          steps: [
            expect.objectContaining({ kind: "column", loss: "rewrites" }),
            expect.objectContaining({ kind: "default", loss: "none" }),
          ],
        },
      ],
    },
  });
});

test("a dump goes to stdout, to a file, to a folder of files, and back", async () => {
  const database = await testDatabase();
  await database.run(`${after}create index born on person (born);`);
  const cwd = await temporaryFolder();
  const printed = await runLockstep(["dump", database.url], { cwd });
  expect(printed.stdout).toContain("CREATE TABLE public.person (");
  await runLockstep(["dump", database.url, "--out", "deep/schema.sql"], { cwd });
  expect(await readFile(join(cwd, "deep/schema.sql"), "utf8")).toBe(printed.stdout);
  await runLockstep(["dump", database.url, "--split", "--out", "parts"], { cwd });
  expect(await readdir(join(cwd, "parts/public/table"))).toEqual(["person.sql"]);
  const args = ["--to", database.url, "--exit-code"];
  for (const source of ["file:deep/schema.sql", "file:parts"]) {
    const same = await runLockstep(["diff", "--from", source, ...args], { cwd });
    expect([same.exitCode, same.stdout, same.stderr]).toEqual([
      0,
      "",
      expect.stringContaining("equal"),
    ]);
  }
});

test("a timestamped dump is there twice, once as the latest", async () => {
  const database = await testDatabase();
  const cwd = await temporaryFolder();
  await database.run(before);
  const run = await runLockstep(["dump", database.url, "--timestamped", "--out", "exports"], {
    cwd,
  });
  expect(run.exitCode).toBe(0);
  const names = (await readdir(join(cwd, "exports"))).toSorted();
  expect(names).toEqual([
    "latest_schema.sql",
    expect.stringMatching(/^schema_export_\d{8}_\d{6}\.sql$/),
  ]);
  const texts = await Promise.all(
    names.map((name) => readFile(join(cwd, "exports", name), "utf8")),
  );
  expect(texts[0]).toBe(texts[1]);
  expect(texts[0]).not.toContain("--");
});

test("an export of a target that has some of the migrations says up to which, as a baseline does", async () => {
  const database = await testDatabase();
  const cwd = await folderWith({
    "migrations/001_a.sql": "create table a (id int);",
    "migrations/002_b.sql": "create table b (id int);",
  });
  const env = { DATABASE_URL: database.url };
  await runLockstep(["deploy", "--to", "001_a"], { cwd, env });
  for (const [source, newest] of [
    ["live", "001_a"],
    ["migrations", "002_b"],
  ] as const) {
    const args = ["dump", source, "--timestamped", "--out", "exports"];
    const run = await runLockstep(args, { cwd, env });
    expect(run.exitCode, run.stderr).toBe(0);
    const text = await readFile(join(cwd, "exports/latest_schema.sql"), "utf8");
    expect(text).toMatch(
      new RegExp(
        `^-- Last Updated: \\d{4}-\\d\\d-\\d\\d\\n-- Includes migrations up to: ${newest}\\n\\nCREATE`,
      ),
    );
  }
});

test("flags that do not go together are refused", async () => {
  const split = await runLockstep(["dump", "empty", "--split"]);
  expect([split.exitCode, split.stderr.split(":")[0]]).toEqual([2, "USAGE.INVALID"]);
  const unknown = await runLockstep([
    "diff",
    "--from",
    "empty",
    "--to",
    "empty",
    "--allow-drop",
    "tabel",
  ]);
  expect([unknown.exitCode, unknown.stderr.split(":")[0]]).toEqual([2, "USAGE.INVALID"]);
});
