/** A plan as a file: carried out as it was shown, on the state that it was made for, or not at all. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { formatPlanFile, parsePlanFile, sealPlanFile } from "../../src/plan/plan-file.ts";
import type { PlanFile } from "../../src/plan/plan-file.ts";
import { testDatabase, type TestDatabase } from "../support/database.ts";
import { folderWith, writeFiles } from "../support/folders.ts";
import { runLockstep, type LockstepRun } from "../support/lockstep.ts";

const migrations = {
  "migrations/001_a.sql": "create table a (id int);",
  "migrations/002_b.sql": "create table b (id int, secret text default '${TOKEN}');",
};

async function opened(files: Readonly<Record<string, string>>): Promise<{
  readonly cwd: string;
  readonly database: TestDatabase;
  run(...args: readonly string[]): Promise<LockstepRun>;
}> {
  const database = await testDatabase();
  const cwd = await folderWith(files);
  const env = { DATABASE_URL: database.url };
  return { cwd, database, run: (...args) => runLockstep(args, { cwd, env }) };
}

test("a plan of migrations is carried out once; no secret is in it", async () => {
  const { cwd, database, run } = await opened(migrations);
  const made = await run("plan", "--out", "release.json", "--set", "TOKEN=hunter2");
  expect([made.exitCode, made.stderr]).toEqual([
    0,
    expect.stringContaining("written: release.json"),
  ]);
  const file = await readFile(join(cwd, "release.json"), "utf8");
  expect(file).not.toContain("hunter2");
  expect(file).not.toContain(new URL(database.url).password);
  const done = await run("deploy", "--plan", "release.json", "--set", "TOKEN=hunter2");
  expect([done.exitCode, done.stderr]).toEqual([
    0,
    expect.stringContaining("applied 2 migrations"),
  ]);
  expect(file).toContain("${TOKEN}");
  const again = await run("deploy", "--plan", "release.json", "--set", "TOKEN=hunter2");
  expect([again.exitCode, again.stderr]).toEqual([
    0,
    expect.stringMatching(/PLAN\.CARRIED_OUT[^]*nothing to do/),
  ]);
});

test("a folder that is not there is said as the place for the plan, not as the project's", async () => {
  const { run } = await opened({ "migrations/001_a.sql": "create table a (id int);" });
  const refused = await run("plan", "--out", "absent/p.json");
  expect([refused.exitCode, refused.stderr]).toEqual([
    2,
    expect.stringMatching(
      /PROJECT\.FILE_ABSENT: there is no folder [^]*absent to write p\.json into[^]*next: {2}Make the folder/,
    ),
  ]);
});

test("another schema, another ledger, other files or another text refuse it", async () => {
  const { cwd, database, run } = await opened({
    "migrations/001_a.sql": "create table a (id int);",
  });
  await run("deploy");
  await writeFiles(cwd, { "migrations/002_b.sql": "create table b (id int);" });
  await run("plan", "--out", "p.json");
  const text = await readFile(join(cwd, "p.json"), "utf8");

  await writeFile(
    join(cwd, "q.json"),
    text.replace("create table b (id int)", "create table b (id bigint)"),
  );
  const changed = await run("deploy", "--plan", "q.json");
  expect([changed.exitCode, changed.stderr]).toEqual([
    2,
    expect.stringContaining("PLAN.FILE_CHANGED"),
  ]);
  await writeFile(join(cwd, "r.json"), "{}");
  expect((await run("deploy", "--plan", "r.json")).stderr).toContain("PLAN.FILE_INVALID");

  await database.run("create index by_hand on a (id); create view seen as select 1 as one");
  const drifted = await run("deploy", "--plan", "p.json");
  expect([drifted.exitCode, drifted.stderr]).toEqual([
    2,
    expect.stringMatching(
      /PLAN\.STALE.*was changed since.*\n {2}table public\.a was changed\n {2}view public\.seen is new\n {2}state:/,
    ),
  ]);
  await database.run("drop index by_hand; drop view seen");
  await database.run("alter table a rename to elsewhere; comment on schema public is 'mine'");
  expect((await run("deploy", "--plan", "p.json")).stderr).toMatch(
    /schema public was changed\n {2}table public\.elsewhere is new\n {2}table public\.a is gone\n/,
  );
  await database.run(
    "alter table elsewhere rename to a; comment on schema public is 'standard public schema'",
  );

  await writeFiles(cwd, { "migrations/002_b.sql": "create table b (id text);" });
  expect((await run("deploy", "--plan", "p.json")).stderr).toMatch(
    /PLAN\.STALE.*002_b.sql is not as it was/,
  );
  await writeFiles(cwd, { "migrations/002_b.sql": "create table b (id int);" });

  // Whoever edits it and seals it anew has a file that fits itself, and still runs no other statements.
  const { hash: _own, ...edited } = JSON.parse(
    text.replaceAll("b (id int)", "b (id int, x int)"),
  ) as PlanFile;
  await writeFile(join(cwd, "s.json"), formatPlanFile(sealPlanFile(edited)));
  expect((await run("deploy", "--plan", "s.json")).stderr).toMatch(
    /PLAN\.FILE_CHANGED.*statements for .*002_b.sql that are not in it/,
  );
  const { hash: _hash, ...content } = parsePlanFile(text, "p.json");
  await writeFile(join(cwd, "t.json"), formatPlanFile(sealPlanFile({ ...content, madeBy: "0" })));
  expect((await run("deploy", "--plan", "t.json")).stderr).toMatch(
    /PLAN\.STALE.*lockstep 0 made the plan/,
  );

  await writeFiles(cwd, { "migrations/003_c.sql": "create table c (id int);" });
  await run("deploy");
  expect((await run("deploy", "--plan", "p.json")).stderr).toContain(
    "has other migrations applied",
  );
});

test("a declared schema's plan keeps its choices, and refuses others beside it", async () => {
  const config = JSON.stringify({ strategy: "declarative", declared: "schema.sql" });
  const { cwd, database, run } = await opened({
    "lockstep.config.json": config,
    "schema.sql": "create table a (id int, x int); create table b ();",
  });
  expect((await run("deploy")).stderr).toContain("proved in scratch");
  await writeFiles(cwd, {
    "schema.sql": "-- lockstep: renamed from a\ncreate table c (id int, x int, y int);",
  });
  expect((await run("plan", "--out", "p.json")).stderr).toContain("DIFF.DROPS");
  const made = await run("plan", "--out", "p.json", "--allow-drop", "table");
  expect([made.exitCode, made.stderr]).toEqual([0, expect.stringContaining("proved in scratch")]);
  expect((await run("deploy", "--plan", "p.json", "--allow-drop", "all")).stderr).toContain(
    "USAGE.INVALID",
  );
  expect((await run("deploy", "--plan", "p.json")).stderr).toContain("applied the declared schema");
  expect(
    await database.query(
      "select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace",
    ),
  ).toEqual([{ relname: "c" }]);
});

test("its own statements run, whatever the project says by now; what is left is the next deploy's", async () => {
  const { cwd, database, run } = await opened(migrations);
  const values = ["--set", "TOKEN=x"];
  await run("plan", "--out", "p.json", ...values);
  await writeFiles(cwd, { "migrations/003_c.sql": "create table c (id int);" });
  const done = await run("deploy", "--plan", "p.json", ...values);
  expect([done.exitCode, done.stderr]).toEqual([
    0,
    expect.stringMatching(/PLAN\.MOVED_ON.*003_c[^]*applied 2 migrations/),
  ]);
  expect(await database.query("select to_regclass('c') as c")).toEqual([{ c: null }]);
  expect((await run("deploy", ...values)).stderr).toContain("applied 1 migration");
});

test("a declared schema that was edited since waits; the plan leads where it was proved to", async () => {
  const { cwd, database, run } = await opened({
    "lockstep.config.json": JSON.stringify({ strategy: "declarative", declared: "schema.sql" }),
    "schema.sql": "create table a (id int);",
  });
  await run("deploy");
  await writeFiles(cwd, { "schema.sql": "create table a (id int, x int);" });
  await run("plan", "--out", "p.json");
  await writeFiles(cwd, { "schema.sql": "create table a (id int, x int, y int);" });
  const file = parsePlanFile(await readFile(join(cwd, "p.json"), "utf8"), "p.json");
  const { hash: _hash, ...content } = file;
  const declared = {
    schema: { segments: [], drops: [], otherOrder: [] },
    change: { gone: [], facts: [] },
  };
  const torn = sealPlanFile({ ...content, declared });
  await writeFile(join(cwd, "torn.json"), formatPlanFile(torn));
  expect((await run("deploy", "--plan", "torn.json")).stderr).toMatch(
    /PLAN\.FILE_CHANGED.*other statements than it shows/,
  );
  const done = await run("deploy", "--plan", "p.json");
  expect([done.exitCode, done.stderr]).toEqual([
    0,
    expect.stringMatching(
      /PLAN\.MOVED_ON[^]*proved in scratch when the plan was made[^]*applied the declared/,
    ),
  ]);
  const columns = "select attname from pg_attribute where attrelid = 'a'::regclass and attnum > 0";
  expect(await database.query(columns)).toEqual([{ attname: "id" }, { attname: "x" }]);
  expect((await run("deploy", "--plan", "p.json")).stderr).toContain("PLAN.CARRIED_OUT");
});
