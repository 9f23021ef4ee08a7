/** Where the condition on the key goes, and which statements can't take one. */
import { expect, test } from "vitest";
import { LockstepError } from "../../src/core/errors.ts";
import { rangedStatement } from "../../src/sql/backfill.ts";
import { loadParser } from "../../src/sql/parse.ts";

const parser = await loadParser();

function ranged(sql: string): ReturnType<typeof rangedStatement> {
  const outcome = parser.parse(sql);
  const [statement] = outcome.kind === "parsed" ? outcome.statements : [];
  return statement === undefined ? expect.fail(sql) : rangedStatement(sql, statement, parser);
}

test.each([
  ["update t set a = 1", "update t set a = 1\nwhere K\n"],
  ["update t set a = 1 -- all\n", "update t set a = 1\nwhere K\n -- all\n"],
  [
    "update only s.t as x set a = (select 1 where true) where x.b or c -- d",
    "update only s.t as x set a = (select 1 where true)\nwhere (x.b or c\n) and K\n -- d",
  ],
  [
    "update t set a = y.a from y where y.id = t.id returning (select 1 where 2 = 2)",
    "update t set a = y.a from y\nwhere (y.id = t.id\n) and K\n returning (select 1 where 2 = 2)",
  ],
  [
    "with w as (select 1 where true) delete from t using w where a[1] = 'where returning'",
    "with w as (select 1 where true) delete from t using w\nwhere (a[1] = 'where returning'\n) and K\n",
  ],
  [
    'insert into u select "where" from t x join y on y.id = x.id on conflict (a) do update set b = 1 where u.c',
    'insert into u select "where" from t x join y on y.id = x.id\nwhere K\n on conflict (a) do update set b = 1 where u.c',
  ],
])("%s", (sql, wanted) => {
  expect(ranged(sql).within("K")).toBe(wanted);
});

test.each([
  ['update s.t as "X y" set a = 1, b = 2', { schema: "s", name: "t" }, '"X y"', ["a", "b"]],
  ['delete from "T"', { schema: undefined, name: "T" }, '"T"', []],
  [
    "insert into u select 1 from (a left join b on true) cross join c",
    { schema: undefined, name: "a" },
    "a",
    [],
  ],
])("%s goes by its table", (sql, table, reference, writes) => {
  expect(ranged(sql)).toMatchObject({ table, reference, writes });
});

test.each([
  "select 1",
  "insert into t values (1)",
  "insert into t select count(*) from u",
  "insert into t select a from u group by a",
  "insert into t select distinct a from u",
  "insert into t select a from u order by a limit 3",
  "insert into t select a from u union select 1",
  "insert into t select a from (select 1 as a) u",
  "insert into t select row_number() over () from u",
  "with d as (delete from u returning 1) update t set a = 1",
])("%s can't be run in batches", (sql) => {
  expect(() => ranged(sql)).toThrow(LockstepError);
  expect(() => ranged(sql)).toThrow(expect.objectContaining({ code: "BACKFILL.STATEMENT" }));
});
