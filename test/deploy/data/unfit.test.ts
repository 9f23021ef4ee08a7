/** Values that do not fit into a column that is another one now: never cut off, always named, kept once. */
import type { ChildProcess } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { testDatabase, type TestDatabase } from "../../support/database.ts";
import { temporaryFolder } from "../../support/folders.ts";
import { runLockstep, type LockstepRun } from "../../support/lockstep.ts";

async function data(
  words: readonly string[],
  { url }: TestDatabase,
  onStart?: (child: ChildProcess) => void,
): Promise<LockstepRun> {
  return await runLockstep(["data", ...words, "--json"], {
    env: { DATABASE_URL: url },
    ...(onStart === undefined ? {} : { onStart }),
  });
}

/** An export of one table, in a folder of its own. */
async function exported(sql: string): Promise<string> {
  const source = await testDatabase();
  await source.run(sql);
  const path = join(await temporaryFolder(), "rows");
  expect((await data(["export", "--out", path], source)).exitCode).toBe(0);
  return path;
}

test.each([
  ["text", "'123456'", "varchar(5)", "22001"],
  ["text", "'123456'", "char(5)", "22001"],
  ["text", "'{12,123456}'", "varchar(5)[]", "22001"],
  ["text", "'123456'", "short", "22001"],
  ["text", "'10101'", "bit(3)", "22026"],
  ["text", "'10101'", "bit varying(3)", "22001"],
  ["numeric", "12345", "numeric(4, 1)", "22003"],
  ["text", "'2001-02-30'", "date", "22008"],
  ["bigint", "40000", "smallint", "22003"],
])("a %s that is %s does not fit into a %s: %s", async (type, value, narrower, sqlState) => {
  const path = await exported(
    `create table t (id int primary key, v ${type}); insert into t values (1, ${value}), (2, null)`,
  );
  const target = await testDatabase();
  await target.run(
    `create domain short as varchar(5); create table t (id int primary key, v ${narrower})`,
  );
  const maps = [[], ["--on-error", "skip"], ["--existing", "update"]];
  for (const more of maps) {
    const run = await data(["import", path, ...more], target);
    if (more[0] === "--on-error") {
      expect(run.json()).toMatchObject({
        rejected: 1,
        rejects: [{ table: "public.t", line: 1, sqlState }],
      });
      expect(await target.query("select id from t")).toEqual([{ id: 2 }]);
    } else {
      expect(run.json()).toMatchObject({ error: { code: "DATA.ROW", where: { line: 1 } } });
    }
  }
});

test("what a map makes is not cut off either", async () => {
  const path = await exported(
    "create table t (id int primary key, v text); insert into t values (1, 'abc')",
  );
  const target = await testDatabase();
  await target.run("create table t (id int primary key, v varchar(4), w varchar(4))");
  const map = join(await temporaryFolder(), "map.cjs");
  for (const rules of [
    { expressions: { "t.w": "v || 'defg'" } },
    { values: { "t.v": { abc: "abcde" } } },
  ]) {
    await writeFile(map, `module.exports = ${JSON.stringify(rules)};`);
    const run = await data(["import", path, "--map", map], target);
    expect(run.json()).toMatchObject({ error: { code: "DATA.ROW", sqlState: "22001" } });
    await target.run("drop schema if exists lockstep_import cascade");
  }
});

test("cut off and gone on with, each row that did not fit is in the file once, and counted", async () => {
  const path = await exported(
    `create table a (id int primary key, v text); insert into a values (1, 'much too long'), (2, 'ok'), (3, 'too long');
     create table b (id int primary key, a_id int references a, v text);
     insert into b select i, 2, 'b' || i from generate_series(1, 5000) i; insert into b values (0, 1, 'orphan')`,
  );
  const target = await testDatabase();
  await target.run(
    `create table a (id int primary key, v varchar(4)); create table b (id int primary key, a_id int references a, v text);
     create function slowly() returns trigger language plpgsql as $$ begin
       if new.id = 4000 and not exists (select from pg_class where relname = 'go_on') then perform pg_sleep(60); end if; return new; end $$;
     create trigger slowly before insert on b for each row execute function slowly();`,
  );
  const words = ["import", path, "--on-error", "file"];
  let started: ChildProcess | undefined;
  const first = data(words, target, (child) => (started = child));
  const state = async (): Promise<unknown> =>
    (
      await target
        .query("select count(*)::int as n from lockstep_import.rejected")
        .catch(() => [{ n: -1 }])
    )[0]?.["n"];
  await expect.poll(state, { timeout: 30_000 }).toBe(2);
  started?.kill("SIGKILL");
  expect((await first).signal).toBe("SIGKILL");
  await target.run("create table go_on ()");
  const again = await data(words, target);
  expect(again.exitCode).toBe(4);
  expect(again.json()).toMatchObject({
    ...{ resumed: true, rejected: 3, rows: 5001, rejectsFile: `${path}.rejected.jsonl` },
    tables: [
      { table: "public.a", rows: 3, loaded: 1 },
      { table: "public.b", rows: 5001, loaded: 5000 },
    ],
  });
  const lines = (await readFile(`${path}.rejected.jsonl`, "utf8")).trimEnd().split("\n");
  expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
    { table: "public.a", line: 1 },
    { table: "public.a", line: 3 },
    { table: "public.b", line: 5001, sqlState: "23503" },
  ]);
}, 120_000);

test("a table without rows to come that refers to one that is emptied is named with what it may be called now", async () => {
  const path = await exported(
    "create table a (id int primary key); create table old (a_id int references a); insert into a values (1)",
  );
  const target = await testDatabase();
  await target.run(
    `create table a (id int primary key); create table renamed (a_id int references a);
     create function touch() returns trigger language plpgsql as 'begin return new; end';
     create trigger touched before update on a for each row execute function touch()`,
  );
  const words = ["import", path, "--existing", "replace"];
  expect((await data(words, target)).json()).toMatchObject({
    error: {
      code: "DATA.FAILED",
      next: expect.stringContaining("--map OLD=NEW") as unknown,
      notes: expect.arrayContaining(["in the export, and not in the database: public.old"]),
    },
  });
  const done = (await data([...words, "--map", "old=renamed"], target)).json();
  // A trigger of UPDATE has nothing to do where rows come new.
  expect(done).toMatchObject({ rows: 1, findings: [] });
});
