/**
 * What can be asked of the rows only in the middle of a plan, since it speaks of what the plan makes first: the rows are
 * named, everything is rolled back, and with them out of the way the same plan goes through.
 */
import { expect, test } from "vitest";
import { readCatalog } from "../../src/adapters/postgres/catalog/read.ts";
import { compareCatalogs } from "../../src/catalog/compare.ts";
import { planSchema } from "../../src/plan/schema_plan.ts";
import { planSql } from "../../src/plan/statement_text.ts";
import { ServerError } from "../../src/ports/database.ts";
import { testDatabase } from "../support/database.ts";
import { newestMajor } from "../support/servers.ts";
import { sessionOf } from "../support/sessions.ts";

interface Case {
  readonly before: string;
  readonly after: string;
  readonly rows: string;
  readonly says: string;
  readonly names: string;
  readonly mend: string;
}

const odd =
  "create function odd(a int) returns boolean language sql immutable as 'select a % 2 = 1';";

const cases: Readonly<Record<string, Case>> = {
  "a foreign key over a domain of the same plan": {
    before: "create table r (k int primary key); create table t (id int primary key, k int)",
    after:
      "create domain pos as int check (value > 0); create table r (k pos primary key); create table t (id int primary key, k pos references r)",
    rows: "insert into r values (1); insert into t values (1, 1), (2, 5)",
    says: "1 row of public.t stands in the way: k refers to no row of public.r, as t_k_fkey wants",
    names: "id = 2",
    mend: "delete from t where id = 2",
  },
  "a column that becomes a domain of the same plan": {
    before: "create table t (id int primary key, k int)",
    after: `${odd} create domain strange as int check (odd(value)); create table t (id int primary key, k strange)`,
    rows: "insert into t values (1, 1), (2, 4)",
    says: "1 row of public.t stands in the way: column k does not fit public.strange",
    names: "id = 2",
    mend: "update t set k = 3 where id = 2",
  },
  "a new column of a domain whose check calls a function of the same plan": {
    before: "create table t (id int primary key)",
    after: `${odd} create domain strange as int default 4 check (odd(value)); create table t (id int primary key, k strange)`,
    rows: "insert into t values (1)",
    says: "1 row of public.t stands in the way: new column k would not hold strange_check of domain public.strange",
    names: "id = 1",
    mend: "delete from t",
  },
  "a check that stays as it is over a function that is another": {
    before:
      "create function fits(a int, b int default 9) returns boolean language sql immutable as 'select a <= b'; create table t (id int primary key, k int, constraint c check (fits(k)))",
    after:
      "create function fits(a int) returns boolean language sql immutable as 'select a <= 5'; create table t (id int primary key, k int, constraint c check (fits(k)))",
    rows: "insert into t values (1, 1), (2, 7)",
    says: "1 row of public.t stands in the way: they do not hold c, CHECK (public.fits(k))",
    names: "id = 2",
    mend: "delete from t where id = 2",
  },
  "a text that is to be an array of an enum made again": {
    before: "create type e as enum ('a', 'b'); create table t (id int primary key, k text)",
    after: "create type e as enum ('b'); create table t (id int primary key, k e[])",
    rows: "insert into t values (1, '{b}'), (2, 'a')",
    says: "1 row of public.t stands in the way: column k does not fit public.e[]",
    names: "id = 2",
    mend: "delete from t where id = 2",
  },
  "a domain over another type that takes no null": {
    before: "create domain d as text; create table t (id int primary key, k d)",
    after:
      "create domain d as int check (value is not null); create table t (id int primary key, k d)",
    rows: "insert into t values (1, '1'), (2, null)",
    says: "1 row of public.t stands in the way: column k does not fit public.d",
    names: "id = 2",
    mend: "update t set k = '3' where id = 2",
  },
  "a domain's check by a routine of the same plan": {
    before: "create domain d as int; create table t (id int primary key, k d)",
    after: `${odd} create domain d as int constraint c check (odd(value)); create table t (id int primary key, k d)`,
    rows: "insert into t values (1, 1), (2, 4)",
    says: "1 row of public.t stands in the way: column k does not hold c of domain public.d, CHECK (public.odd(VALUE))",
    names: "id = 2",
    mend: "update t set k = 3 where id = 2",
  },
  "a unique index over a routine of the same plan": {
    before: "create table t (id int primary key, s text)",
    after:
      "create function bare(a text) returns text language sql immutable as 'select btrim(a)'; create table t (id int primary key, s text); create unique index once on t (bare(s))",
    rows: "insert into t values (1, 'a'), (2, ' a'), (3, 'b')",
    says: "2 rows of public.t stand in the way: public.bare(s) is not unique, and is to be by once",
    names: "id = 1; id = 2",
    mend: "delete from t where id = 2",
  },
  "an index over a routine of the same plan that refuses": {
    before: "create table t (id int primary key, s text)",
    after:
      "create function sure(a text) returns text language plpgsql immutable as $$ begin if a = 'x' then raise 'no'; end if; return a; end $$; create table t (id int primary key, s text); create index by_sure on t (sure(s))",
    rows: "insert into t values (1, 'w'), (2, 'x'), (3, null)",
    says: "1 row of public.t stands in the way: by_sure can't be made of them: public.sure(s) raises an error",
    names: "id = 2",
    mend: "delete from t where id = 2",
  },
  "an exclusion constraint over a routine of the same plan": {
    before: "create table t (id int primary key, r int4range)",
    after:
      "create function wide(a int4range) returns int4range language sql immutable as 'select int4range(lower(a), upper(a) + 1)'; create table t (id int primary key, r int4range, constraint apart exclude using gist (wide(r) with &&))",
    rows: "insert into t values (1, '[1,3)'), (2, '[3,4)'), (3, '[9,10)')",
    says: "2 rows of public.t stand in the way: they exclude each other by apart",
    names: "id = 1; id = 2",
    mend: "delete from t where id = 2",
  },
  "hash partitions of a column that gets another type": {
    before:
      "create table p (id int) partition by hash (id); create table h0 partition of p for values with (modulus 2, remainder 0); create table h1 partition of p for values with (modulus 2, remainder 1)",
    after:
      "create table p (id text) partition by hash (id); create table h0 partition of p for values with (modulus 2, remainder 0); create table h1 partition of p for values with (modulus 2, remainder 1)",
    rows: "insert into p select i from generate_series(1, 50) i",
    says: "of public.h0 stand in the way: they lie outside of partition public.h0 FOR VALUES WITH (modulus 2, remainder 0)",
    names: "ctid = ",
    mend: "delete from p",
  },
};

test.each(Object.entries(cases))("%s", async (_name, one) => {
  const [first, second] = [await testDatabase(newestMajor), await testDatabase(newestMajor)];
  await first.run(one.before);
  await second.run(one.after);
  const [work, other] = [await sessionOf(first.url), await sessionOf(second.url)];
  const [from, to] = [await readCatalog(work), await readCatalog(other)];
  const sql = planSql(planSchema(from, to).segments);
  await work.script(one.rows);

  const refusal = await work.script(sql).catch((error: unknown) => error);
  if (!(refusal instanceof ServerError)) throw new Error(`not refused: ${sql}`);
  expect(refusal.message).toContain(one.says);
  expect(refusal.detail).toContain(one.names);
  expect(refusal.hint).toContain("This transaction is rolled back.");
  await work.script("rollback");
  expect(planSql(planSchema(await readCatalog(work), from).segments)).toBe("");

  // In a transaction of their own: an index is made of the rows as well that its own transaction has taken away.
  await work.script(one.mend);
  await work.script(sql);
  expect(planSql(planSchema(await readCatalog(work), to).segments)).toBe("");
});

test("what fails behind a commit leaves nothing behind but new values of enums", async () => {
  const [first, second] = [await testDatabase(newestMajor), await testDatabase(newestMajor)];
  await first.run("create type mood as enum ('a'); create table t (m mood, w text, gone int)");
  await second.run(
    "create type mood as enum ('a', 'b'); create domain moods as mood[]; create table t (m mood default 'b', w moods)",
  );
  const [work, other] = [await sessionOf(first.url), await sessionOf(second.url)];
  const [from, to] = [await readCatalog(work), await readCatalog(other)];
  const sql = planSql(planSchema(from, to).segments);
  await work.script("insert into t values ('a', '{c}', 1)");

  await expect(work.script(sql)).rejects.toThrow("column w does not fit public.moods");
  await work.script("rollback");
  const left = compareCatalogs(from, await readCatalog(work), "strict");
  expect(left.changed.map(({ id }) => id)).toEqual(["enum:public.mood"]);
  expect([...left.added, ...left.removed]).toEqual([]);

  await work.script("update t set w = '{b}'");
  await work.script(planSql(planSchema(await readCatalog(work), to).segments));
  expect(planSql(planSchema(await readCatalog(work), to).segments)).toBe("");
});
