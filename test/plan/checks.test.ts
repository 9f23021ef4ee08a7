/** What a plan asks of the rows first: each kind of change, with rows in its way and without. */
import { describe, expect, test } from "vitest";
import { readCatalog } from "../../src/adapters/postgres/catalog/read.ts";
import { withValue } from "../../src/plan/checks/conditions.ts";
import { planSchema, type SchemaPlan } from "../../src/plan/schema_plan.ts";
import { planSql } from "../../src/plan/statement_text.ts";
import { ServerError, type Session } from "../../src/ports/database.ts";
import { testDatabase } from "../support/database.ts";
import { testMajors } from "../support/servers.ts";
import { sessionOf } from "../support/sessions.ts";

interface Case {
  readonly before: string;
  /** What makes the to-side of it. */
  readonly change: string;
  readonly rows: string;
  /** What the check says. */
  readonly says: string;
  /** What the rows are that it names. */
  readonly names: string;
  /** After this the plan goes through. */
  readonly mend: string;
  readonly since?: number;
}

const t = "create table t (id int primary key, a int, b text);";

const cases: Readonly<Record<string, Case>> = {
  "NOT NULL on a column with nulls": {
    before: t,
    change: "alter table t alter column a set not null",
    rows: "insert into t values (1, null), (2, 5), (3, null)",
    says: "2 rows of public.t stand in the way: column a is null, and is to be NOT NULL",
    names: "id = 1; id = 3",
    mend: "update t set a = 0 where a is null",
  },
  "NOT NULL on a domain that another is over": {
    before:
      "create domain d as int; create domain e as d; create table v (id int primary key, a e)",
    change: "alter domain d set not null",
    rows: "insert into v values (1, null), (2, 5)",
    says: "1 row of public.v stands in the way: column a is null, and its domain public.d is to be NOT NULL",
    names: "id = 1",
    mend: "update v set a = 0 where a is null",
  },
  "NOT NULL above a table that lies elsewhere": {
    before:
      "create foreign data wrapper none; create server far foreign data wrapper none; create table v (id int primary key, a int); create foreign table w () inherits (v) server far; create table x () inherits (v)",
    change: "alter table v alter column a set not null",
    rows: "insert into v values (1, null), (2, 5); insert into x values (3, null)",
    says: "2 rows of public.v stand in the way: column a is null, and is to be NOT NULL",
    names: "id = 1; id = 3",
    mend: "truncate only v; truncate only x",
  },
  "a new column that is NOT NULL and has no default": {
    before: t,
    change: "alter table t add column c int not null",
    rows: "insert into t values (1), (2)",
    says: "2 rows of public.t stand in the way: new column c is NOT NULL and has no default",
    names: "id = 1; id = 2",
    mend: "delete from t",
  },
  "a new column of a partition whose table is made again": {
    before:
      "create table p (id int not null) partition by range (id); create table p1 partition of p for values from (0) to (9); alter table p1 add primary key (id)",
    change:
      "drop table p; create table p (id int not null, c int not null) partition by list (c); create table p1 partition of p (primary key (id)) default",
    rows: "insert into p values (1), (2)",
    says: "2 rows of public.p1 stand in the way: new column c is NOT NULL and has no default",
    names: "id = 1; id = 2",
    mend: "delete from p",
  },
  "rows of a table within a column, which JSON would not bring back": {
    before:
      "create domain d as int not null; create table r (n int, j jsonb, a int[]); create table v (id int primary key, one r, many r[], o d)",
    change:
      "drop table v; drop table r; create table r (n bigint, j jsonb, a int[], z int); create table v (id int primary key, one r, many r[], o d)",
    rows: `insert into v values (1, row(1, 'null', '{1}'), null, 1), (2, row(1, '{"a": [null]}', '{null}'), '{"(1,,)",null}', 1),
      (3, row(1, null, '[2:2]={1}'), null, 1)`,
    says: "2 rows of public.v stand in the way: column one holds rows that would not come back the same by way of JSON",
    names: "id = 1; id = 3",
    mend: "delete from v where id <> 2",
  },
  "a generated column that is NOT NULL and gives null": {
    before: t,
    change: "alter table t add column c int generated always as (a + 1) stored not null",
    rows: "insert into t values (1, 1), (2, null)",
    says: "1 row of public.t stands in the way: new column c is NOT NULL, and its expression gives null",
    names: "id = 2",
    mend: "update t set a = 1",
  },
  "a unique constraint over duplicates": {
    before: t,
    change: "alter table t add constraint once unique (a, b)",
    rows: "insert into t values (1, 7, 'x'), (2, 7, 'x'), (3, 7, 'y'), (4, null, 'x'), (5, null, 'x')",
    says: "2 rows of public.t stand in the way: a, b is not unique, and is to be by once",
    names: "id = 1; id = 2",
    mend: "delete from t where id = 2",
  },
  "an index over a conversion that does not fit": {
    before: t,
    change: "create index by_number on t ((b::int)) where a > 0",
    rows: "insert into t values (1, 1, '7'), (2, 1, 'x'), (3, 0, 'y'), (4, 1, null)",
    says: "1 row of public.t stands in the way: by_number can't be made of them: ((b)::integer), (a > 0) raises an error",
    names: "id = 2",
    mend: "update t set b = '8' where id = 2",
  },
  "an index over a routine that refuses": {
    before: `${t} create function sure(text) returns text immutable language plpgsql as $$ begin if $1 = 'x' then raise 'no'; end if; return $1; end $$`,
    change: "create index by_sure on t (sure(b))",
    rows: "insert into t values (1, 1, 'w'), (2, 1, 'x'), (3, 1, null)",
    says: "1 row of public.t stands in the way: by_sure can't be made of them: public.sure(b) raises an error",
    names: "id = 2",
    mend: "update t set b = 'y' where id = 2",
  },
  "a key over periods that overlap or are empty": {
    before: "create table r (id int primary key, room int4range, during int4range)",
    change: "alter table r add constraint once unique (room, during without overlaps)",
    rows: "insert into r values (1, '[1,1]', '[1,5)'), (2, '[1,1]', '[4,9)'), (3, '[2,2]', '[4,9)'), (4, '[3,3]', 'empty'), (5, null, '[4,9)'), (6, '[1,1]', '[9,12)')",
    says: "3 rows of public.r stand in the way: they exclude each other by once",
    names: "id = 1; id = 2; id = 4",
    mend: "delete from r where id in (2, 4)",
    since: 18,
  },
  "a foreign key over periods that no rows cover together": {
    before:
      "create table r (id int primary key, room int4range, during int4range, unique (room, during without overlaps)); create table b (id int primary key, room int4range, during int4range)",
    change:
      "alter table b add constraint of_room foreign key (room, period during) references r (room, period during)",
    rows: "insert into r values (1, '[1,1]', '[1,5)'), (2, '[1,1]', '[5,9)'); insert into b values (1, '[1,1]', '[2,8)'), (2, '[1,1]', '[4,10)'), (3, '[2,2]', '[2,3)'), (4, null, '[2,3)')",
    says: "2 rows of public.b stand in the way: room, during refers to no row of public.r, as of_room wants",
    names: "id = 2; id = 3",
    mend: "delete from b where id in (2, 3)",
    since: 18,
  },
  "a new unique column whose domain has the same value for all": {
    before: `create domain d as text; create domain e as d not null default 'none'; ${t}`,
    change: "alter table t add column c e constraint once unique",
    rows: "insert into t values (1), (2)",
    says: "2 rows of public.t stand in the way: c is not unique, and is to be by once",
    names: "id = 1; id = 2",
    mend: "delete from t where id = 2",
  },
  "a partial unique index over an expression": {
    before: t,
    change: "create unique index once on t (lower(b)) where a > 0",
    rows: "insert into t values (1, 1, 'X'), (2, 1, 'x'), (3, 0, 'x')",
    says: "2 rows of public.t stand in the way: lower(b) is not unique",
    names: "id = 1; id = 2",
    mend: "delete from t where id = 2",
  },
  "a key of a table that has none": {
    before: "create table t (a int not null)",
    change: "alter table t add primary key (a)",
    rows: "insert into t values (1), (1)",
    says: "2 rows of public.t stand in the way: a is not unique, and is to be by t_pkey",
    names: "ctid = (0,1); ctid = (0,2)",
    mend: "truncate t",
  },
  "rows that exclude each other": {
    before: "create table t (id int primary key, during int4range)",
    change: "alter table t add constraint alone exclude using gist (during with &&)",
    rows: "insert into t values (1, '[1,5)'), (2, '[4,6)'), (3, '[6,7)')",
    says: "2 rows of public.t stand in the way: they exclude each other by alone",
    names: "id = 1; id = 2",
    mend: "delete from t where id = 1",
  },
  "a check that rows do not hold": {
    before: t,
    change: "alter table t add constraint positive check (a > 0)",
    rows: "insert into t values (1, 1), (2, -1), (3, null)",
    says: "1 row of public.t stands in the way: they do not hold positive, CHECK ((a > 0))",
    names: "id = 2",
    mend: "update t set a = 1",
  },
  "a check of a new column with a default": {
    before: t,
    change: "alter table t add column c int default 3, add constraint small check (c < a)",
    rows: "insert into t values (1, 1), (2, 5)",
    says: "1 row of public.t stands in the way: they do not hold small",
    names: "id = 1",
    mend: "update t set a = 9",
  },
  "a constraint that is to be valid from now on": {
    before: `${t} alter table t add constraint positive check (a > 0) not valid`,
    change: "alter table t validate constraint positive",
    rows: "alter table t drop constraint positive; insert into t values (1, -1); alter table t add constraint positive check (a > 0) not valid",
    says: "1 row of public.t stands in the way: they do not hold positive",
    names: "id = 1",
    mend: "update t set a = 1",
  },
  "a foreign key whose column gets another type": {
    before:
      'create table r (id int primary key, code text collate "C" unique); create table s (id int primary key, code varchar(9) collate "POSIX")',
    change:
      "alter table s alter column code type char(3), add constraint of_r foreign key (code) references r (code)",
    rows: "insert into r values (1, 'a'), (2, 'b'); insert into s values (1, 'a'), (2, 'x'), (3, null)",
    says: "1 row of public.s stands in the way: code refers to no row of public.r, as of_r wants",
    names: "id = 2",
    mend: "delete from s where id = 2",
  },
  "a foreign key that stays and whose values fall on others": {
    before:
      "create table r (id int primary key, n numeric unique); create table s (id int primary key, n numeric references r (n))",
    change: "alter table s alter column n type int",
    rows: "insert into r values (1, 1), (2, 1.5), (3, 2.5); insert into s values (1, 1), (2, 1.5), (3, 2.5)",
    says: "2 rows of public.s stand in the way: n refers to no row of public.r, as s_n_fkey wants",
    names: "id = 2; id = 3",
    mend: "delete from s where id in (2, 3)",
  },
  "a key that stays and whose values fall together": {
    before: "create table t (id int primary key, n numeric unique)",
    change: "alter table t alter column n type int",
    rows: "insert into t values (1, 1.1), (2, 1.2), (3, 2)",
    says: "2 rows of public.t stand in the way: n is not unique, and is to be by t_n_key",
    names: "id = 1; id = 2",
    mend: "delete from t where id = 2",
  },
  "a check that stays and that converted values do not hold": {
    before: "create table t (id int primary key, n numeric(6, 2) check (n > 0))",
    change: "alter table t alter column n type numeric(6, 0)",
    rows: "insert into t values (1, 0.4), (2, 0.6), (3, null)",
    says: "1 row of public.t stands in the way: they do not hold t_n_check",
    names: "id = 1",
    mend: "delete from t where id = 1",
  },
  "a check of a text that becomes a number": {
    before: t,
    change: "alter table t alter column b type int using b::int, add check (b < a)",
    rows: "insert into t values (1, 1, '0'), (2, 1, '10'), (3, 9, '1')",
    says: "1 row of public.t stands in the way: they do not hold t_check",
    names: "id = 2",
    mend: "delete from t where id = 2",
  },
  "a new column whose new domain takes no null": {
    before: t,
    change:
      "create domain d as text check (value is not null); create domain e as d; alter table t add v e",
    rows: "insert into t values (1), (2)",
    says: "2 rows of public.t stand in the way: new column v would not hold d_check of domain public.d",
    names: "id = 1; id = 2",
    mend: "delete from t",
  },
  "a new column whose default its domain refuses": {
    before: `create domain d as int default 0; ${t}`,
    change:
      "alter domain d add constraint more check (value > 0) not valid; alter table t add v d, add w d default 4",
    rows: "insert into t values (1)",
    says: "1 row of public.t stands in the way: new column v would not hold more of domain public.d",
    names: "id = 1",
    mend: "delete from t",
  },
  "columns that are called as the question's own variables": {
    before: "create table t (one int primary key, found text, examples text)",
    change: "alter table t alter column found type int using 0, alter column examples set not null",
    rows: "insert into t values (1, '7', 'x'), (2, 'b', 'x')",
    says: "1 row of public.t stands in the way: column found does not fit integer",
    names: "one = 2",
    mend: "delete from t where one = 2",
  },
  "a domain's check": {
    before: "create domain d as text; create table t (id int primary key, v d)",
    change: "alter domain d add constraint short check (length(value) < 3)",
    rows: "insert into t values (1, 'ab'), (2, 'abc')",
    says: "1 row of public.t stands in the way: column v does not hold short of domain public.d",
    names: "id = 2",
    mend: "delete from t where id = 2",
  },
  "a domain's NOT NULL": {
    before: "create domain d as text; create table t (id int primary key, v d)",
    change: "alter domain d set not null",
    rows: "insert into t values (1, 'ab'), (2, null)",
    says: "1 row of public.t stands in the way: column v is null, and its domain public.d is to be NOT NULL",
    names: "id = 2",
    mend: "delete from t where id = 2",
  },
  "a foreign key without its row": {
    before: `${t} create table u (id int primary key)`,
    change: "alter table t add constraint to_u foreign key (a) references u",
    rows: "insert into u values (1); insert into t values (1, 1), (2, 2), (3, null)",
    says: "1 row of public.t stands in the way: a refers to no row of public.u, as to_u wants",
    names: "id = 2",
    mend: "insert into u values (2)",
  },
  "a foreign key to a table that is new": {
    before: t,
    change:
      "create table u (id int primary key); alter table t add constraint to_u foreign key (a) references u",
    rows: "insert into t values (1, 1), (2, null)",
    says: "1 row of public.t stands in the way: a refers to no row of public.u",
    names: "id = 1",
    mend: "update t set a = null",
  },
  "text that is to be a number": {
    before: t,
    change: "alter table t alter column b type int using b::int",
    rows: "insert into t values (1, 1, '12'), (2, 1, 'twelve'), (3, 1, null)",
    says: "1 row of public.t stands in the way: column b does not fit integer",
    names: "id = 2",
    mend: "update t set b = '12'",
  },
  "text that is too long": {
    before: t,
    change: "alter table t alter column b type varchar(3)",
    rows: "insert into t values (1, 1, 'abc'), (2, 1, 'abcd'), (3, 1, 'abc  ')",
    says: "1 row of public.t stands in the way: column b does not fit character varying(3)",
    names: "id = 2",
    mend: "update t set b = 'abc'",
  },
  "numbers that are too large": {
    before: "create table t (id int primary key, a bigint, n numeric)",
    change: "alter table t alter column a type int, alter column n type numeric(4,2)",
    rows: "insert into t values (1, 5000000000, 1), (2, 5, 99.999)",
    says: "1 row of public.t stands in the way: column a does not fit integer",
    names: "id = 1",
    mend: "update t set a = 1, n = 1",
  },
  "an enum's value that goes while rows hold it": {
    before:
      "create type e as enum ('x', 'y', 'z'); create table t (id int primary key, v e, w e[])",
    change:
      "alter table t drop column v, drop column w; drop type e; create type e as enum ('x', 'z'); alter table t add column v e, add column w e[]",
    rows: "insert into t values (1, 'x', '{y}'), (2, 'y', null)",
    says: "1 row of public.t stands in the way: column v holds 'y', which public.e loses",
    names: "id = 2",
    mend: "update t set v = 'x', w = '{z}'",
  },
  "a column that moves to an enum without its value": {
    before:
      "create type e as enum ('x', 'y'); create type f as enum ('x'); create table t (id int primary key, v e)",
    change: "alter table t alter column v type f using v::text::f",
    rows: "insert into t values (1, 'x'), (2, 'y')",
    says: "1 row of public.t stands in the way: column v holds what is no value of public.f",
    names: "id = 2",
    mend: "update t set v = 'x'",
  },
  "a text that moves to an array of an enum and is none": {
    before: "create type f as enum ('x', 'y'); create table t (id int primary key, v text)",
    change: "alter table t alter column v type f[] using v::f[]",
    rows: "insert into t values (1, '{x,y}'), (2, 'y')",
    says: "1 row of public.t stands in the way: column v does not fit public.f[]",
    names: "id = 2",
    mend: "update t set v = '{y}' where id = 2",
  },
  "a partition's rows outside of its bounds": {
    before:
      "create table p (id int primary key) partition by range (id); create table p1 (id int primary key)",
    change: "alter table p attach partition p1 for values from (1) to (10)",
    rows: "insert into p1 values (9), (10)",
    says: "1 row of public.p1 stands in the way: they lie outside of partition public.p1 FOR VALUES FROM (1) TO (10)",
    names: "id = 10",
    mend: "delete from p1 where id = 10",
  },
  "a default partition's rows that belong to a new one": {
    before:
      "create table p (k text, n int) partition by list (k); create table rest partition of p default",
    change: "create table p1 partition of p for values in ('a', null)",
    rows: "insert into p values ('a', 1), (null, 2), ('b', 3)",
    says: "2 rows of public.rest stand in the way: they belong to the new partition public.p1 FOR VALUES IN ('a', NULL)",
    names: "ctid = (0,1); ctid = (0,2)",
    mend: "delete from p where k = 'a' or k is null",
  },
  "a partition of several keys, one of them without end": {
    before:
      "create table p (a int not null, b int not null, primary key (a, b)) partition by range (a, b); create table p1 (a int not null, b int not null, primary key (a, b))",
    change: "alter table p attach partition p1 for values from (1, 5) to (2, maxvalue)",
    rows: "insert into p1 values (1, 4), (1, 5), (2, 9), (3, 1)",
    says: "2 rows of public.p1 stand in the way: they lie outside",
    names: "(a, b) = (1, 4); (a, b) = (3, 1)",
    mend: "delete from p1 where (a, b) in ((1, 4), (3, 1))",
  },
  "a hash partition's rows of another remainder": {
    before:
      "create table p (id int primary key) partition by hash (id); create table p1 (id int primary key)",
    change: "alter table p attach partition p1 for values with (modulus 2, remainder 0)",
    rows: "insert into p1 select generate_series(1, 4)",
    says: "2 rows of public.p1 stand in the way: they lie outside",
    names: "id = 3; id = 4",
    mend: "delete from p1 where id in (3, 4)",
  },
  "a partition by what an expression says of its rows": {
    before:
      'create table p ("Of" text, n int) partition by list ("left"(lower("Of"), 1)); create table p1 (n int, "Of" text, id int primary key); alter table p add id int',
    change: "alter table p attach partition p1 for values in ('a', 'b')",
    rows: `insert into p1 values (1, 'Anna', 1), (2, 'Carl', 2), (3, null, 3), (4, 'bert', 4)`,
    says: "2 rows of public.p1 stand in the way: they lie outside of partition public.p1 FOR VALUES IN ('a', 'b')",
    names: "id = 2; id = 3",
    mend: "delete from p1 where id in (2, 3)",
  },
  "a default partition's rows, by an expression beside a column": {
    before:
      "create table p (k int, at date) partition by range (k, (at - date '2000-01-01')); create table rest partition of p default",
    change: "create table p1 partition of p for values from (1, 0) to (1, 10)",
    rows: "insert into p values (1, '2000-01-05'), (1, '2000-01-11'), (2, '2000-01-05')",
    says: "1 row of public.rest stands in the way: they belong to the new partition public.p1 FOR VALUES FROM (1, 0) TO (1, 10)",
    names: "ctid = (0,1)",
    mend: "delete from p where at = '2000-01-05' and k = 1",
  },
  "rows that refer to a partition that leaves": {
    before:
      "create table p (id int primary key) partition by range (id); create table p1 partition of p for values from (1) to (10); create table p2 partition of p for values from (10) to (20); create table r (id int primary key, p int references p)",
    change: "alter table p detach partition p2",
    rows: "insert into p values (1), (11); insert into r values (1, 1), (2, 11)",
    says: "1 row of public.r stands in the way: p refers by r_p_fkey to partition public.p2, which leaves its table",
    names: "id = 2",
    mend: "delete from r where id = 2",
  },
};

/** All cases in one plan, each in a schema of its own: databases are what takes time here. */
describe.each(testMajors)("on %i", (major) => {
  const known = Object.entries(cases).filter(([, { since = 0 }]) => major >= since);
  const own = known.map(([name, one], number) => ({
    name,
    ...one,
    schema: `c${number}`,
  }));
  const inSchema = (schema: string, sql: string): string => `set search_path = ${schema}; ${sql}`;

  test("each check names its rows, and with them out of the way the plan goes through", async () => {
    const [first, second] = [await testDatabase(major), await testDatabase(major)];
    const [work, other] = [await sessionOf(first.url), await sessionOf(second.url)];
    for (const { schema, before, change } of own) {
      await work.script(`create schema ${schema}; ${inSchema(schema, before)}`);
      await other.script(`create schema ${schema}; ${inSchema(schema, `${before}; ${change}`)}`);
    }
    for (const session of [work, other]) await session.script("reset search_path");
    const plan = planSchema(await readCatalog(work), await readCatalog(other));
    for (const { schema, rows } of own) await work.script(inSchema(schema, rows));
    await work.script("reset search_path");

    for (const { name, schema, says, names } of own) {
      const failures = await failedChecks(work, plan, schema);
      const found = failures.find(({ message }) =>
        message.includes(says.replaceAll("public.", `${schema}.`)),
      );
      expect(found, `${name}: ${failures.map(({ message }) => message).join("; ")}`).toBeDefined();
      expect(found?.message).toMatch(/^DIFF\.ROWS: /);
      expect(found?.detail, name).toBe(names);
      expect(found?.sqlState).toBe("LSROW");
    }
    for (const { schema, mend } of own) await work.script(inSchema(schema, mend));
    await work.script(`reset search_path; ${planSql(plan.segments)}`);
    expect(planSql(planSchema(await readCatalog(work), await readCatalog(other)).segments)).toBe(
      "",
    );
  });
});

async function failedChecks(
  work: Session,
  plan: SchemaPlan,
  schema: string,
): Promise<readonly ServerError[]> {
  const failures: ServerError[] = [];
  for (const step of plan.segments[0]?.steps ?? []) {
    if (step.check?.table.startsWith(`table:${schema}.`) !== true) continue;
    try {
      await work.script(step.statements.join(";"));
    } catch (error) {
      if (!(error instanceof ServerError)) throw error;
      failures.push(error);
    }
  }
  return failures;
}

test("VALUE in a string or in quotes is not the domain's value", () => {
  expect(withValue(`VALUE <> 'VALUE' AND "VALUE"(VALUE)`, "v")).toBe(`v <> 'VALUE' AND "VALUE"(v)`);
});
