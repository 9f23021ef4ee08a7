/**
 * What a plan's role lacks, held against the server's own word: each statement fails without the rights that are
 * named, and works with them.
 */
import { beforeAll, expect, test } from "vitest";
import { missingStatements, readRoleLimits } from "../../../src/deploy/steps/missing-rights.ts";
import { createRightsTally, type NeededRights } from "../../../src/plan/rights.ts";
import { ServerError, type Session } from "../../../src/ports/database.ts";
import { classify, unclassified } from "../../../src/sql/classify.ts";
import { loadParser, type Parser } from "../../../src/sql/parse.ts";
import { testDatabase, testRole } from "../../support/database.ts";
import { testMajors } from "../../support/servers.ts";
import { sessionOf } from "../../support/sessions.ts";

let parser: Parser;
beforeAll(async () => {
  parser = await loadParser();
});

function rightsOf(...texts: readonly string[]): NeededRights {
  const tally = createRightsTally();
  for (const text of texts) {
    const parsed = parser.parse(text);
    if (parsed.kind === "refused") tally.add(unclassified(), undefined);
    else for (const statement of parsed.statements) tally.add(classify(statement), statement);
  }
  return tally.rights();
}

const objects = `create schema s; create table s.t (id int primary key, parent int); create table s."Odd "" t" (id int);
  create view s.v as select * from s.t; create materialized view s.m as select 1 as id; create sequence s.q;
  create index t_i on s.t (parent); create type s.mood as enum ('good'); create type s.pair as (a int, b int);
  create domain s.positive as int check (value > 0); create table s.parts (id int) partition by range (id);
  create table s.part partition of s.parts for values from (0) to (9); create table s.alone (id int)`;

/** Each as it stands in a file, and what would be granted; `own` where the owner is meant. */
const table: readonly (readonly [text: string, ...missing: readonly string[]])[] = [
  ["alter table s.t add x int", "own t"],
  ['alter table s."Odd "" t" add x int', 'own "Odd "" t"'],
  ["alter view s.v set (security_barrier)", "own v"],
  ["alter sequence s.q restart", "own q"],
  ["alter index s.t_i rename to other", "own t"],
  ["alter type s.mood add value 'bad'", "own mood"],
  ["alter type s.pair add attribute c int", "own pair"],
  ["alter domain s.positive drop not null", "own positive"],
  ["alter table s.t rename parent to above", "own t"],
  ["create index on s.t (id)", "own t"],
  ["create index if not exists t_i on s.t (id)", "own t"],
  ["create rule r as on delete to s.t do instead nothing", "own t"],
  ["create table mine () inherits (s.alone)", "own alone"],
  ["create table mine partition of s.parts for values from (9) to (10)", "own parts"],
  ["alter table s.parts detach partition s.part", "own parts"],
  [
    "alter table s.parts attach partition s.alone for values from (9) to (10)",
    "own alone",
    "own parts",
  ],
  ["drop table s.alone", "own alone"],
  ["drop table if exists s.alone", "own alone"],
  ["drop index s.t_i", "own t"],
  ["drop view s.v", "own v"],
  ["insert into s.t values (1)", "insert on t"],
  ["insert into s.t select * from s.alone", "select on alone", "insert on t"],
  ["update s.t set parent = 1", "update on t"],
  ["delete from s.t", "delete on t"],
  ["truncate s.t, s.alone", "truncate on alone", "truncate on t"],
  ["select * from s.m", "select on m"],
  ["create table mine (id int references s.t)", "references on t"],
  ["create role made_by_a_test", "createrole"],
  // Nothing to be granted: they work as they are.
  ["drop table if exists s.absent"],
  ["alter table if exists s.absent add x int"],
  ["create table if not exists mine (id int)"],
  ["create view mine as select * from s.t"],
  ["create function mine() returns int language sql begin atomic select count(*) from s.t; end"],
  ["with t as (select 1) select * from t"],
];

for (const major of testMajors) {
  let [session, role, owner]: [Session | undefined, string, string] = [undefined, "", ""];

  test(`each statement works with the rights that are named, and not without (${major})`, async () => {
    role = await testRole(major, "nologin");
    owner = await testRole(major, "nologin");
    const database = await testDatabase(major);
    await database.run(
      `${objects}; grant create on schema public to ${role}; grant usage, create on schema s to ${role}`,
    );
    session = await sessionOf(database.url);
    for (const [text, ...expected] of table) {
      for (const [named, giver] of [
        ["owner", owner],
        ["superuser", undefined],
      ] as const) {
        await session.script("begin");
        if (giver !== undefined) await session.script(ownedBy(giver));
        await session.script(`set local role ${role}`);
        const limits = await readRoleLimits(session, rightsOf(text));
        const missing = missingStatements(limits, role);
        expect(missing, `${text} of ${named}`).toEqual(
          expected.map((short) => spelled(short, giver, missing)),
        );
        await session.script("savepoint s");
        const outcome = await session.script(text).then(
          () => "done",
          (error: unknown) => (error instanceof ServerError ? error.sqlState : String(error)),
        );
        expect(outcome, text).toBe(expected.length === 0 ? "done" : "42501");
        await session.script(
          `rollback to s; set local role none; ${missing.join("\n")}\nset local role ${role}`,
        );
        await session
          .script(text)
          .catch((error: unknown) => expect.fail(`${text}: ${String(error)}`));
        await session.script("rollback");
      }
    }
  });

  function ownedBy(giver: string): string {
    const names = [
      "table t",
      'table "Odd "" t"',
      "view v",
      "materialized view m",
      "sequence q",
      "type mood",
      "type pair",
    ];
    const more = ["domain positive", "table parts", "table part", "table alone"];
    return [...names, ...more]
      .map((name) => `alter ${name.replace(/(\S+|"[^]*")$/, "s.$1")} owner to ${giver}`)
      .join("; ");
  }

  function spelled(short: string, giver: string | undefined, found: readonly string[]): string {
    if (short === "createrole") return `alter role ${role} createrole;`;
    const [right, , name] = short.startsWith("own ")
      ? ["own", "", short.slice(4)]
      : short.split(" ");
    if (right !== "own") return `grant ${right} on s.${name} to ${role};`;
    if (giver !== undefined) return `grant ${giver} to ${role}; -- the owner of s.${name}`;
    const kind =
      /^alter (\D+?) s\./.exec(found.find((one) => one.includes(`s.${name} `)) ?? "")?.[1] ?? "";
    return `alter ${kind} s.${name} owner to ${role};`;
  }
}

test("who acts as another role, or gives to one, must be a member of it", async () => {
  const role = await testRole(undefined, "login password 'x'");
  const other = await testRole(undefined, "nologin");
  const database = await testDatabase();
  const url = new URL(database.url);
  [url.username, url.password] = [role, "x"];
  const session = await sessionOf(url.href);
  for (const text of [
    `set role ${other}`,
    `alter table t owner to ${other}`,
    `alter function f() owner to ${other}`,
    `create schema authorization ${other}`,
  ]) {
    const limits = await readRoleLimits(session, rightsOf(text));
    expect(missingStatements(limits, role), text).toEqual([`grant ${other} to ${role};`]);
  }
  const made = await readRoleLimits(session, rightsOf("create database d"));
  expect(missingStatements(made, role)).toEqual([`alter role ${role} createdb;`]);
  await database.run(`grant ${other} to ${role}; create schema closed; create table closed.t ()`);
  const member = await readRoleLimits(session, rightsOf(`set role ${other}`, "set role none"));
  expect(missingStatements(member, role)).toEqual([]);
  const closed = await readRoleLimits(session, rightsOf("insert into closed.t default values"));
  expect(missingStatements(closed, role)).toEqual([
    `grant usage on schema closed to ${role};`,
    `grant insert on closed.t to ${role};`,
  ]);
});

test("nothing is asked of what the plan makes, and nothing from where rights may change", () => {
  const asked = (...texts: readonly string[]): readonly string[] =>
    rightsOf(...texts).objects.map(({ schema, name, right }) => `${right} ${schema ?? ""}.${name}`);
  expect(asked("alter table s.t add x int")).toEqual(["own s.t"]);
  expect(asked("create table s.t ()", "alter table s.t add x int")).toEqual([]);
  expect(asked("create temp table t ()", "insert into t default values")).toEqual([]);
  expect(asked("drop table t", "create table t ()", "create index on t (i)")).toEqual(["drop .t"]);
  expect(asked("create table if not exists t ()", "create index on t (i)")).toEqual(["own .t"]);
  expect(asked("set search_path = s", "drop table t, s.u")).toEqual(["drop s.u"]);
  for (const before of [
    "do $$ begin end $$",
    "grant select on t to public",
    "set role r",
    "alter table u owner to r",
    "select make_it_mine()",
    "reset all",
    "not for this parser",
  ]) {
    const later = asked(before, "alter table s.t add x int");
    expect(later, before).not.toContain("own s.t");
  }
  expect(asked("select setval('q', 1)", "drop table s.t")).toEqual(["drop s.t"]);
});
