import { expect, test } from "vitest";
import { harmOf, type Harm } from "../../src/sql/harm.ts";
import { loadParser } from "../../src/sql/parse.ts";

async function harm(text: string): Promise<Harm> {
  return harmOf(text, await loadParser());
}

/** `how schema.name`, for comparing. */
function tablesOf({ tables }: Harm): readonly string[] {
  return tables.map(
    ({ how, schema, name }) => `${how} ${schema === undefined ? "" : `${schema}.`}${name}`,
  );
}

test.each([
  ["update a set x = 1", ["updated a"]],
  ["delete from s.a using b where true", ["deleted s.a"]],
  ["with gone as (delete from a returning *) insert into b select * from gone", ["deleted a"]],
  ["insert into a values (1) on conflict (x) do update set x = 2", ["updated a"]],
  ["merge into a using b on a.x = b.x when matched then delete", ["updated a"]],
  ["truncate a, s.b", ["truncated a", "truncated s.b"]],
  ['drop table if exists "A.b", c', ["dropped A.b", "dropped c"]],
  ["alter table a drop column x, add column y int", ["narrowed a"]],
  ["alter table a alter column x type bigint", ["rewritten a"]],
  ["explain analyze delete from a", ["deleted a"]],
  ["select 1; update a set x = 1; delete from b", ["updated a", "deleted b"]],
  ["do $$ begin if true then delete from a; end if; end $$", ["deleted a"]],
  [
    "do language plpgsql 'declare n int; begin update a set x = ''\\'' returning x into n; end'",
    ["updated a"],
  ],
])("%s harms rows that are there", async (text, wanted) => {
  expect(tablesOf(await harm(text))).toEqual(wanted);
});

test.each([
  "create table a (x int default f())",
  "alter table a add column x int default 1, add constraint c check (x > 0)",
  "create view v as select * from a",
  "create function f() returns void language sql as 'delete from a'",
  "create function f() returns void begin atomic delete from a; end",
  "create rule r as on insert to a do also delete from b",
  "create index on a (x)",
  "drop index i; drop view v cascade; drop function f() cascade; drop schema s",
  "explain delete from a",
  "do $$ begin create type t as enum ('a'); exception when duplicate_object then null; end $$",
  "grant select on a to public; comment on table a is 'x'",
])("%s harms nothing, whatever it holds for later", async (text) => {
  const found = await harm(text);
  expect(tablesOf(found)).toEqual([]);
  expect(found.unknown).toEqual([]);
  expect(found.schemas).toEqual([]);
});

test.each([
  ["do $$ begin execute 'drop table ' || 'a'; end $$", /puts together/],
  ["do $$ begin for r in execute q loop end loop; end $$", /puts together|only the server/],
  ["do language plpython3u 'pass'", /another language/],
  ["call p()", /procedure/],
  ["execute q", /prepared/],
  ["drop type t cascade", /DROP TYPE CASCADE/],
  ["drop extension e", /DROP EXTENSION/],
  ["drop owned by r", /DROP OWNED/],
  ["this is no sql", /only the server/],
])("of %s nobody can tell what it does", async (text, reason) => {
  expect((await harm(text)).unknown.join("; ")).toMatch(reason);
});

test("functions that are called, also in a DO block's expressions, are named", async () => {
  const { functions } = await harm(
    "select s.f(1), now(); do $$ declare x int := g(2); begin if h() then x := k(3); perform l(); end if; end $$",
  );
  expect(functions.map(({ schema, name }) => [schema, name])).toEqual([
    ["s", "f"],
    [undefined, "now"],
    [undefined, "g"],
    [undefined, "h"],
    [undefined, "k"],
    [undefined, "l"],
  ]);
});

test("what is renamed is followed, and what goes with a schema is said", async () => {
  const found = await harm(
    "alter table a rename to b; alter table s.b set schema t; drop schema x, y cascade",
  );
  expect(found.renames).toEqual([
    { from: { schema: undefined, name: "a" }, to: { schema: undefined, name: "b" } },
    { from: { schema: "s", name: "b" }, to: { schema: "t", name: "b" } },
  ]);
  expect(found.schemas).toEqual(["x", "y"]);
});
