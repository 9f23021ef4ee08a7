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
        rejects: [{ table: "public.t", line: 1, column: "v", sqlState }],
      });
      expect(await target.query("select id from t")).toEqual([{ id: 2 }]);
    } else {
      expect(run.json()).toMatchObject({
        error: { code: "DATA.ROW", where: { line: 1 }, data: { column: "v" } },
      });
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

test("rows of a table that refers to itself are named by their lines, many of them and equal ones too", async () => {
  const path = await exported(
    `create table tree (id int primary key, above int references tree, name varchar(9));
     insert into tree values (1, null, 'too long'), (2, null, 'ok');
     insert into tree select i, case when i < 200 then 2 when i < 600 then 1 else i - 400 end, 'leaf' from generate_series(3, 1200) i;
     create table loose (of int, upon int); insert into loose values (7, 8), (null, 9), (null, 9), (3, 7), (4, 4)`,
  );
  const target = await testDatabase();
  await target.run(
    `create table tree (id int primary key, above int references tree, name varchar(4));
     create table loose (of int unique, upon int references loose (of))`,
  );
  const run = await data(["import", path, "--on-error", "file"], target);
  expect(run.exitCode, run.stderr).toBe(4);
  // 1 is too long; 200 to 599 refer to it, and all above refer to those.
  expect(run.json()).toMatchObject({ rejected: 1002 + 4, rows: 198 + 1 });
  const file = (await readFile(`${path}.rejected.jsonl`, "utf8")).trimEnd().split("\n");
  const rejects = file.map((line) => JSON.parse(line) as Record<string, unknown>);
  const ordered = (table: string): readonly Record<string, unknown>[] =>
    rejects
      .filter((each) => each["table"] === table)
      .toSorted((left, right) => Number(left["line"]) - Number(right["line"]));
  const tree = ordered("public.tree");
  expect(tree.map(({ line }) => line)).toEqual([
    1,
    ...Array.from({ length: 1001 }, (_none, at) => 200 + at),
  ]);
  for (const { line, row } of tree) expect(JSON.parse(String(row))).toMatchObject({ id: line });
  expect(ordered("public.loose")).toMatchObject([
    { line: 1, row: '{"of": 7, "upon": 8}', column: "upon", sqlState: "23503" },
    { line: 2, row: '{"of": null, "upon": 9}' },
    { line: 3, row: '{"of": null, "upon": 9}' },
    { line: 4, row: '{"of": 3, "upon": 7}' },
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

test("of many rows those that do not fit are found one by one, also where there is no PL/pgSQL", async () => {
  const path = await exported(
    `create table t (id int, "lockstep number" text, n text); insert into t select i, 'row ' || i,
       case i % 10 when 3 then 'too long' when 5 then 'ok' when 7 then 'bent' else 'fine' end from generate_series(1, 3500) i;
     insert into t values (1, 'twice', 'ok')`,
  );
  const imported = async (before: string): Promise<readonly unknown[]> => {
    const target = await testDatabase();
    await target.run(`create table t (id int primary key, "lockstep number" text, n varchar(4));
      create function skip() returns trigger language plpgsql as $$ begin if new.n = 'bent' then return null; end if;
        if new.id = 999 then raise 'not this one' using errcode = '23514', column = 'n', constraint = 'rule'; end if;
        return new; end $$;
      create trigger skip before insert on t for each row execute function skip(); ${before}`);
    const run = await data(["import", path, "--on-error", "file"], target);
    expect(run.exitCode, run.stderr).toBe(4);
    const report = run.json() as { readonly rejectsFile: string };
    const file = await readFile(report.rejectsFile, "utf8");
    return [
      ...[report, await target.query("select count(*)::int, min(n), max(n) from t")],
      file
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line) as unknown),
    ];
  };
  const [report, rows, rejects] = await imported("");
  expect(report).toMatchObject({ rejected: 352, rows: 3501 - 352 - 350 });
  expect(rows).toEqual([{ count: 3501 - 352 - 350, min: "fine", max: "ok" }]);
  expect(rejects).toHaveLength(352);
  expect((rejects as readonly unknown[])[0]).toEqual({
    ...{ table: "public.t", file: "0001-public.t.copy", line: 3, column: "n", sqlState: "22001" },
    reason: "value too long for type character varying(4)",
    row: '{"n": "too long", "id": 3, "lockstep number": "row 3"}',
  });
  expect(
    (rejects as readonly unknown[])
      .slice(100, 101)
      .concat((rejects as readonly unknown[]).slice(-1)),
  ).toMatchObject([
    { line: 999, column: "n", sqlState: "23514", reason: "not this one" },
    { line: 3501, sqlState: "23505", reason: /Key \(id\)=\(1\)/ },
  ]);
  const [, , halved] = await imported("drop extension plpgsql cascade");
  // And nobody names the columns.
  const withoutTrigger = (rejects as readonly { readonly line: number; column?: string }[])
    .filter(({ line }) => line !== 999)
    .map(({ column: _column, ...rest }) => rest);
  expect(halved).toEqual(withoutTrigger);
}, 120_000);

test("what a row holds that does not fit is in the file as it is, and of a large one not in the report", async () => {
  const signs = `"it''s" \\\\ \\\\N \\t \\n \\r , é 猫 `;
  const path = await exported(
    `create table t (id int primary key, stage text, "row" text);
     insert into t values (1, E'${signs}', 'small'), (2, repeat(E'${signs}', 1000), null), (3, 'fits', 'x')`,
  );
  const target = await testDatabase();
  await target.run(
    `create table t (id int primary key, stage text check (stage = 'fits'), "row" text)`,
  );
  const run = await data(["import", path, "--on-error", "file"], target);
  const { rejects, rejectsFile } = run.json() as {
    readonly rejects: readonly { readonly row?: string }[];
    readonly rejectsFile: string;
  };
  expect(rejects.map(({ row }) => row === undefined)).toEqual([false, true]);
  const lines = (await readFile(rejectsFile, "utf8")).trimEnd().split("\n");
  const values = lines.map((line) => {
    const { row } = JSON.parse(line) as { readonly row: string };
    return JSON.parse(row) as unknown;
  });
  const stage = '"it\'s" \\ \\N \t \n \r , é 猫 ';
  expect(values).toEqual([
    { id: 1, stage, row: "small" },
    { id: 2, stage: stage.repeat(1000), row: null },
  ]);
});
