import { beforeAll, describe, expect, test } from "vitest";
import { classify } from "../../src/sql/classify.ts";
import { statementKinds } from "../../src/sql/classify/kinds.ts";
import type { StatementFacts } from "../../src/sql/facts.ts";
import { loadParser, type Parser } from "../../src/sql/parse.ts";

let parser: Parser;
beforeAll(async () => {
  parser = await loadParser();
});

function facts(text: string): StatementFacts {
  const outcome = parser.parse(text);
  const [statement] = outcome.kind === "parsed" ? outcome.statements : [];
  if (statement === undefined) throw new Error(`not parsed: ${text}`);
  expect(statementKinds, `no row for ${statement.node}`).toHaveProperty(statement.node);
  return classify(statement, parser);
}

describe("a statement's need of a transaction", () => {
  test.each([
    "create index concurrently i on t (a)",
    "drop index concurrently i",
    "reindex index concurrently i",
    "reindex (concurrently) table t",
    "reindex schema s",
    "vacuum t",
    "create database d",
    "drop database if exists d",
    "alter database d set tablespace x",
    "create tablespace x location '/x'",
    "drop tablespace x",
    "alter system set work_mem = '1MB'",
    "alter table p detach partition q concurrently",
    "create subscription s connection 'x' publication p",
    "alter subscription s refresh publication",
    "alter subscription s set publication p",
    "cluster",
    "discard all",
    "commit prepared 'x'",
    "do $$ begin delete from t; commit; end $$",
    "do language plpgsql $$ begin loop rollback; end loop; end $$",
  ])("%s runs in none", (text) => {
    expect(facts(text).transaction.kind).toBe("outside");
  });

  test.each([
    "create table t (a int)",
    "alter type t add value 'x'",
    "analyze t",
    "refresh materialized view concurrently v",
    "create subscription s connection 'x' publication p with (create_slot = false)",
    "create subscription s connection 'x' publication p with (connect = false)",
    "alter subscription s set publication p with (refresh = false)",
    "alter table p detach partition q",
    "alter database d set work_mem = '1MB'",
    "checkpoint",
    "discard temp",
    "set work_mem = '1MB'",
    "begin",
    "declare c cursor with hold for select 1",
  ])("%s runs in any", (text) => {
    expect(facts(text).transaction.kind).toBe("any");
  });

  test.each([
    "lock table t",
    "savepoint a",
    "release a",
    "rollback to a",
    "prepare transaction 'x'",
    "set local work_mem = '1MB'",
    "set transaction isolation level serializable",
    "set constraints all deferred",
    "declare c cursor for select 1",
  ])("%s needs one", (text) => {
    expect(facts(text).transaction.kind).toBe("inside");
  });

  test.each([
    "do $$ $$",
    "do $$ begin raise 'no commit'; end $$",
    "call p()",
    "cluster t",
    "reindex table t",
    "drop subscription s",
  ])("%s: only the server knows", (text) => {
    expect(facts(text).transaction.kind).toBe("unknown");
  });
});

test("transaction control is told by its kind", () => {
  const kinds = ["begin", "start transaction", "commit and chain", "end", "abort", "rollback to a"];
  expect(kinds.map((text) => facts(text).control?.kind)).toEqual([
    "begin",
    "begin",
    "commit",
    "commit",
    "rollback",
    "rollbackTo",
  ]);
  expect(facts("begin isolation level serializable").control?.options).toEqual({
    transaction_isolation: "serializable",
  });
  expect(facts("commit and chain").control?.chain).toBe(true);
  expect(facts("select 1")).not.toHaveProperty("control");
});

test("labels are what a person would call the statement", () => {
  const labels: Readonly<Record<string, string>> = {
    "create unique index concurrently i on t (a)": "CREATE UNIQUE INDEX CONCURRENTLY",
    "alter type t add value 'x'": "ALTER TYPE ADD VALUE",
    "drop materialized view v": "DROP MATERIALIZED VIEW",
    "alter view v set schema s": "ALTER VIEW SET SCHEMA",
    "create procedure p() language sql as ''": "CREATE PROCEDURE",
    "create aggregate a (int) (sfunc = f, stype = int)": "CREATE AGGREGATE",
    "create materialized view v as select 1": "CREATE MATERIALIZED VIEW AS",
    "rollback to savepoint x": "ROLLBACK TO",
    "revoke select on t from x": "REVOKE",
    "reset all": "RESET",
    "set local a.b = 1": "SET LOCAL",
    "analyze t": "ANALYZE",
  };
  for (const [text, label] of Object.entries(labels)) expect(facts(text).label).toBe(label);
});

describe("relations", () => {
  test("are found with what happens to them", () => {
    expect(facts("create table a.t (x int references b.u)").relations).toEqual([
      { schema: "a", name: "t", role: "created", kind: "table" },
      { schema: "b", name: "u", role: "read" },
    ]);
    expect(facts("insert into a select * from b join c using (x)").relations).toEqual([
      { name: "a", role: "written" },
      { name: "b", role: "read" },
      { name: "c", role: "read" },
    ]);
    expect(facts("drop table a.b, c").relations).toEqual([
      { schema: "a", name: "b", role: "dropped", kind: "table" },
      { name: "c", role: "dropped", kind: "table" },
    ]);
    expect(facts("alter table p attach partition q default").relations).toEqual([
      { name: "p", role: "altered" },
      { name: "q", role: "altered" },
    ]);
    expect(facts("create view v as select * from t").relations).toEqual([
      { name: "v", role: "created", kind: "view" },
      { name: "t", role: "read" },
    ]);
    expect(facts("drop trigger g on s.t").relations).toEqual([
      { schema: "s", name: "t", role: "altered" },
    ]);
    expect(facts("grant select on s.t to x").relations).toEqual([
      { schema: "s", name: "t", role: "altered" },
    ]);
  });

  test("are not the names that WITH defines, and are written inside WITH", () => {
    const text = "with x as (delete from a returning *) select * from x, b";
    expect(facts(text).relations).toEqual([
      { name: "b", role: "read" },
      { name: "a", role: "written" },
    ]);
    expect(facts(text).effect).toBe("data");
  });
});

test("concurrent work names what it may leave behind", () => {
  expect(facts("create index concurrently i on s.t (a)").concurrent).toEqual({
    action: "create",
    table: { schema: "s", name: "t" },
    index: { schema: "s", name: "i" },
  });
  expect(facts("create index concurrently on t (a)").concurrent).not.toHaveProperty("index");
  expect(facts("drop index concurrently s.i").concurrent).toEqual({
    action: "drop",
    index: { schema: "s", name: "i" },
  });
  expect(facts("reindex table concurrently t").concurrent).toEqual({
    action: "reindex",
    table: { name: "t" },
  });
  expect(facts("alter table p detach partition q concurrently").concurrent?.action).toBe("detach");
  expect(facts("create index i on t (a)")).not.toHaveProperty("concurrent");
});

test("a new enum value is named, a renamed one is not new", () => {
  expect(facts("alter type s.e add value if not exists 'x' before 'y'").enumValue).toEqual({
    type: ["s", "e"],
    value: "x",
    guarded: true,
  });
  expect(facts("alter type e rename value 'x' to 'y'")).not.toHaveProperty("enumValue");
});

test.each([
  ["create table if not exists t ()", "guarded"],
  ["create table t ()", "unsafe"],
  ["create or replace view v as select 1", "safe"],
  ["create or replace function f() returns int language sql as ''", "safe"],
  ["drop table if exists t", "guarded"],
  ["grant select on t to x", "safe"],
  ["insert into t values (1)", "unsafe"],
  ["insert into t values (1) on conflict do nothing", "guarded"],
  ["alter table t alter a set not null", "safe"],
  ["alter table t add column if not exists a int", "guarded"],
  ["alter table if exists t add column a int", "unsafe"],
  ["vacuum", "safe"],
  ["select f()", "unknown"],
  ["do $$ $$", "unknown"],
])("repeating %j is %s", (text, repeat) => {
  expect(facts(text).repeat).toBe(repeat);
});

test("session effects", () => {
  expect(facts("set local search_path = a, b").session).toEqual([
    { kind: "set", name: "search_path", value: "a, b", local: true },
  ]);
  expect(facts("set role x").session).toMatchObject([{ name: "role", value: "x" }]);
  expect(facts("reset work_mem").session).toMatchObject([{ name: "work_mem", value: undefined }]);
  expect(facts("select pg_catalog.set_config('search_path', '', false)").session).toEqual([
    { kind: "set", name: "search_path", value: "", local: false },
  ]);
  expect(facts("create temp table t ()").session).toMatchObject([{ kind: "holds" }]);
  expect(facts("discard all").session).toEqual([{ kind: "discard", target: "ALL" }]);
  expect(facts("reset all").session).toEqual([{ kind: "resetAll" }]);
});

test.each([
  ["create role r", "role"],
  ["grant a to b", "role"],
  ["alter role a rename to b", "role"],
  ["alter system reset all", "system setting"],
  ["create tablespace t location '/t'", "tablespace"],
  ["drop subscription s", "subscription"],
  ["select * from dblink('x', 'y') as t(a int)", "other server"],
  ["copy t from program 'x'", "program"],
  ["copy t to '/tmp/x'", "server file"],
  ["alter database d owner to x", "database"],
  ["load 'x'", "library"],
])("%j reaches beyond the database: %s", (text, what) => {
  expect(facts(text).beyond).toContain(what);
});

test("what stays inside the database reaches nowhere", () => {
  for (const text of ["create table t ()", "copy t from stdin", "grant select on t to x"]) {
    expect(facts(text).beyond).toEqual([]);
  }
});

test("locks are counted: the table, its TOAST, its indexes, its sequences", () => {
  expect(facts("create table t (a int)").locks.created).toBe(1);
  expect(facts("create table t (a int primary key, b text)").locks.created).toBe(4);
  expect(facts("create table t (a bigserial primary key, b text unique)").locks.created).toBe(6);
  expect(facts("create table t (a int, primary key (a))").locks.created).toBe(2);
  expect(facts("alter table t add unique (a)").locks).toEqual({ created: 1, existing: 1 });
  expect(facts("alter table t add primary key using index i").locks.created).toBe(0);
  expect(facts("select 1 from a, b").locks).toEqual({ created: 0, existing: 2 });
});
