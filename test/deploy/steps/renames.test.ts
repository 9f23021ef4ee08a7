/** Renames: said in the SQL, carried out without a drop, taken back; never guessed. */
import { expect, test } from "vitest";
import { nodeClock } from "../../../src/adapters/node/clock.ts";
import {
  planDifference,
  type Difference,
} from "../../../src/deploy/steps/difference/difference.ts";
import { openedPair } from "../../support/difference.ts";
import { folderWith } from "../../support/folders.ts";
import { runLockstep } from "../../support/lockstep.ts";
import { testDatabase } from "../../support/database.ts";

async function planned(before: string, after: string, major = 18): Promise<Difference> {
  const { ports, from, to } = await openedPair(before, after, major);
  return await planDifference(ports, { from, to, prove: true, inverse: true, clock: nodeClock });
}

function summary({ plan }: Difference): readonly string[] {
  return plan.segments.flatMap(({ steps }) =>
    steps.map(({ verb, object, becomes }) => [verb, object, becomes].filter(Boolean).join(" ")),
  );
}

const everythingBefore = `
create schema shop;
create type shop.mood as enum ('glad', 'sad');
create type addr as (street text, zip text);
create domain posint as int constraint posint_check check (value > 0);
create sequence nums;
create table users (id bigint generated always as identity primary key, email text not null unique, name text check (name <> ''), m shop.mood default 'glad');
create table orders (id serial primary key, user_id bigint not null references users (id), total posint, a addr);
create index users_name_idx on users (name);
create view v as select u.name, o.total, u.m from users u join orders o on o.user_id = u.id;
create materialized view mv as select name from users; create index mv_name on mv (name);
create function trg() returns trigger language plpgsql as 'begin return new; end';
create function get(x bigint) returns bigint language sql as 'select 1::bigint';
create trigger t1 before insert on users for each row execute function trg();
create policy p1 on users using (name <> 'x');
create rule r1 as on delete to orders do also select 1;`;

const everythingAfter = `
-- lockstep: renamed from shop
create schema store;
-- lockstep: renamed from shop.mood
create type store.feeling as enum (
  'ü', -- lockstep: renamed from 'glad'
  'sad');
-- lockstep: renamed from addr
create type address as (street text,
  -- lockstep: renamed from zip
  postcode text);
/* lockstep: renamed from posint */
create domain positive as int
  -- lockstep: renamed from posint_check
  constraint is_positive check (value > 0);
create sequence counters; -- lockstep: renamed from nums
-- lockstep: renamed from public.users
create table people (
  id bigint generated always as identity primary key,
  email text not null unique,
  full_name text check (full_name <> ''), -- lockstep: renamed from users.name
  m store.feeling default 'ü');
create table orders (id serial primary key,
  -- lockstep: renamed from user_id
  person_id bigint not null references people (id), total positive, a address);
create index people_full_name_idx on people (full_name);
create view v as select u.full_name as name, o.total, u.m from people u join orders o on o.person_id = u.id;
-- lockstep: renamed from mv
create materialized view mv2 as select full_name as name from people; create index mv_name on mv2 (name);
create function trg() returns trigger language plpgsql as 'begin /* -- lockstep: renamed from nothing */ return new; end';
-- lockstep: renamed from get
create function obtain(x bigint) returns bigint language sql as 'select 1::bigint';
-- lockstep: renamed from t1
create trigger t2 before insert on people for each row execute function trg();
-- lockstep: renamed from p1
create policy p2 on people using (full_name <> 'x');
-- lockstep: renamed from r1
create rule r2 as on delete to orders do also select 1;`;

for (const major of [14, 18]) {
  test(`everything that has a name is renamed with all that hangs on it, and back (${major})`, async () => {
    const difference = await planned(everythingBefore, everythingAfter, major);
    const steps = summary(difference);
    expect(difference.proof).toMatchObject({ kind: "proved", wayBack: true, tablesWithRows: 2 });
    expect(difference.plan.drops).toEqual([]);
    expect(steps.filter((step) => !step.startsWith("rename") && !step.startsWith("alter"))).toEqual(
      [],
    );
    expect(steps).toEqual(
      expect.arrayContaining([
        "rename schema:shop store",
        "rename enum:store.feeling 'ü'",
        "rename table:public.users public.people",
        "rename column:public.people.name public.people.full_name",
        "rename index:public.users_name_idx public.people_full_name_idx",
        "rename constraint:public.people.users_pkey public.people.people_pkey",
        "rename trigger:public.people.t1 public.people.t2",
        "rename function:public.get(bigint) public.obtain(bigint)",
      ]),
    );
    const verbs = difference.inverse?.segments.flatMap((one) => one.steps.map(({ verb }) => verb));
    expect(new Set(verbs)).toEqual(new Set(["rename", "alter"]));
  });
}

test("a domain's check, a table's statistics and a range's multirange follow the new name", async () => {
  const { plan, proof } = await planned(
    `create domain mail as text check (value like '%@%');
    create type span as range (subtype = int);
    create table users (a int, b int, m mail, s span, n span_multirange);
    create statistics on a, b from users;`,
    `-- lockstep: renamed from mail
    create domain address as text check (value like '%@%');
    -- lockstep: renamed from span
    create type stretch as range (subtype = int);
    -- lockstep: renamed from users
    create table people (a int, b int, m address, s stretch, n stretch_multirange);
    create statistics on a, b from people;`,
  );
  expect(proof).toMatchObject({ kind: "proved", wayBack: true });
  const steps = plan.segments.flatMap((one) => one.steps.flatMap(({ statements }) => statements));
  expect(steps.toSorted()).toEqual([
    "ALTER DOMAIN public.address RENAME CONSTRAINT mail_check TO address_check",
    "ALTER DOMAIN public.mail RENAME TO address",
    "ALTER STATISTICS public.users_a_b_stat RENAME TO people_a_b_stat",
    "ALTER TABLE public.users RENAME TO people",
    "ALTER TYPE public.span RENAME TO stretch",
    "ALTER TYPE public.span_multirange RENAME TO stretch_multirange",
  ]);
});

test("names that are swapped, passed on, or taken to a schema that is new", async () => {
  const before =
    "create table a (x int); create table b (y int); create table c (z int); create table d (k int);";
  const after = `
    -- lockstep: renamed from b
    create table a (y int);
    -- lockstep: renamed from a
    create table b (x int);
    create schema app;
    -- lockstep: renamed from public.c
    create table app.d (z int);
    -- lockstep: renamed from d
    create table c (k int);`;
  const difference = await planned(before, after);
  expect(difference.proof).toMatchObject({ kind: "proved", wayBack: true });
  expect(difference.plan.drops).toEqual([]);
});

test("an attribute's new name reaches the tables that are made of its type, said there or not", async () => {
  const before = `
    create type pair as (a integer, b text);
    create table pairs of pair (b with options not null, constraint few check (b <> ''));
    create table more of pair;
    create index pairs_b_idx on pairs (b);
    create view v as select b from pairs;`;
  const after = `
    create type pair as (a integer,
      -- lockstep: renamed from b
      c text);
    -- lockstep: renamed from pairs
    create table couples of pair (c with options not null,
      -- lockstep: renamed from few
      constraint enough check (c <> ''));
    create table more of pair (
      -- lockstep: renamed from b
      c with options);
    create index couples_c_idx on couples (c);
    create view v as select c as b from couples;`;
  const difference = await planned(before, after);
  expect(difference.proof).toMatchObject({ kind: "proved", wayBack: true, tablesWithRows: 2 });
  expect(difference.plan.drops).toEqual([]);
  expect(summary(difference)).toEqual(
    expect.arrayContaining([
      "rename attribute:public.pair.b public.pair.c",
      "rename index:public.pairs_b_idx public.couples_c_idx",
    ]),
  );
});

test("an annotation that has done its work is passed over, also the other way round", async () => {
  const done = "-- lockstep: renamed from users\ncreate table people (id int);";
  expect(summary(await planned("create table people (id int);", done))).toEqual([]);
  expect(summary(await planned("", done))).toEqual(["create table:public.people"]);
  const back = await planned(done, "create table users (id int);");
  expect(summary(back)).toEqual(["rename table:public.people public.users"]);
});

test("an exchange of names is carried out once: comments that stay do not exchange the values again", async () => {
  const before = `create type step as enum ('one', 'two'); create type size as (w int, h text);
    create table users (a int, b text, s step, z size); create table teams (x int, y int); create table more (k text);`;
  const after = `
    create type step as enum ('two', /* lockstep: renamed from 'one' */ 'one' /* lockstep: renamed from 'two' */);
    create type size as (
      h int, -- lockstep: renamed from w
      w text -- lockstep: renamed from h
    );
    -- lockstep: renamed from more
    create table users (k text);
    -- lockstep: renamed from users
    create table teams (
      b int, -- lockstep: renamed from a
      a text, -- lockstep: renamed from b
      s step, z size);
    -- lockstep: renamed from teams
    create table more (x int, y int);`;
  const first = await planned(before, after);
  expect(first.proof).toMatchObject({ kind: "proved" });
  expect(
    first.plan.segments.flatMap(({ steps }) => steps).every(({ verb }) => verb === "rename"),
  ).toBe(true);
  expect(summary(await planned(after.replaceAll("lockstep: renamed", "was"), after))).toEqual([]);
  const added = "alter table teams add c int; alter table users add d int;";
  const later = summary(await planned(after.replaceAll("lockstep: renamed", "was"), after + added));
  expect(later).toEqual(["create column:public.teams.c", "create column:public.users.d"]);
});

const wrong: readonly (readonly [string, string, string, string])[] = [
  [
    "both names as it is",
    "create table a (); create table b ();",
    "-- lockstep: renamed from a\ncreate table b ();",
    "DIFF.RENAME_BOTH",
  ],
  [
    "both names as it should be",
    "create table a ();",
    "create table a ();\n-- lockstep: renamed from a\ncreate table b ();",
    "DIFF.RENAME_BOTH",
  ],
  [
    "a name that something else has",
    "create table a (); create view b as select 1 as x;",
    "-- lockstep: renamed from a\ncreate table b ();",
    "DIFF.RENAME_TAKEN",
  ],
  [
    "an exchange of what is alike",
    "create table t (a int, b int);",
    "create table t (\n-- lockstep: renamed from b\na int,\n-- lockstep: renamed from a\nb int);",
    "DIFF.RENAME_EXCHANGE",
  ],
  [
    "an exchange in a circle of what is alike",
    "create table a (x int); create table b (x int); create table c (x int);",
    "-- lockstep: renamed from b\ncreate table a (x int);\n-- lockstep: renamed from c\ncreate table b (x int);\n-- lockstep: renamed from a\ncreate table c (x int);",
    "DIFF.RENAME_EXCHANGE",
  ],
  [
    "nothing to rename",
    "create table a ();",
    "create table a ();\n-- lockstep: renamed from a\n",
    "DIFF.RENAME_UNCLEAR",
  ],
  [
    "what has no name",
    "create table a (x int);",
    "create table a (x int,\n-- lockstep: renamed from c\ncheck (x > 0));",
    "DIFF.RENAME_UNCLEAR",
  ],
  [
    "a comment that is no such",
    "create table a ();",
    "-- lockstep: rename a\ncreate table b ();",
    "DIFF.RENAME_UNCLEAR",
  ],
  [
    "a column of another table",
    "create table a (x int);",
    "create table a (\n-- lockstep: renamed from b.x\ny int);",
    "DIFF.RENAME_UNCLEAR",
  ],
  [
    "what PostgreSQL can't rename",
    "create table a ();",
    "-- lockstep: renamed from a\ncreate extension plpgsql2;",
    "SOURCE.EXTENSION",
  ],
];
test.each(wrong)("refused: %s", async (_what, before, after, code) => {
  await expect(planned(before, after)).rejects.toMatchObject({ code });
});

test("what only looks renamed is a drop where nobody can be asked, with the words to write", async () => {
  const cwd = await folderWith({
    "old.sql":
      "create table users (id int primary key, name text); create table b (x int, y text);",
    "new.sql":
      "create table people (id int primary key, name text); create table b (x int, z text);",
  });
  const run = await runLockstep(["diff", "--from", "file:old.sql", "--to", "file:new.sql"], {
    cwd,
  });
  expect(run.exitCode).toBe(2);
  expect(run.stderr).toContain(
    "table public.users looks renamed to public.people: if it is, write above people: -- lockstep: renamed from users\n",
  );
  expect(run.stderr).toContain("write above z: -- lockstep: renamed from y\n");
});

test("where the second side is in no file, what looks renamed comes with the statement for the first", async () => {
  const database = await testDatabase();
  await database.run("create table people (id int primary key, name text)");
  const cwd = await folderWith({
    "lockstep.config.json": JSON.stringify({ declared: { command: "cat printed" } }),
    printed: "create table people (id int primary key, name text);",
    "old.sql": "create table users (id int primary key, name text);",
  });
  for (const to of ["declared", database.url]) {
    const run = await runLockstep(["diff", "--from", "file:old.sql", "--to", to], { cwd });
    expect(run.exitCode, run.stderr).toBe(2);
    expect(run.stderr).toContain(
      "rename it first, by a migration or in the database: ALTER TABLE public.users RENAME TO people;",
    );
    expect(run.stderr).not.toContain("-- lockstep:");
  }
});
