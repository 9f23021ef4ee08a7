/**
 * One difference per kind of object, planted in a migration, in the baseline, in a down file and in a live database:
 * each is named. One proof holds them all, so that a plant that is not seen shows by its absence.
 */
import { expect, test } from "vitest";
import { kinds } from "../../src/catalog/kinds.ts";
import { testDatabase } from "../support/database.ts";
import { deployFolder } from "../support/deploy.ts";
import { folderWith } from "../support/folders.ts";
import { proveFolder, refutations } from "../support/prove.ts";
import { driftOf, verifyFolder } from "../support/verify-live.ts";

interface Plant {
  /** As the proof calls it. */
  readonly object: string;
  readonly there: string;
  /** What it is elsewhere; empty: lacking. */
  readonly elsewhere: string;
  /** Where that is left behind as well, it stands for both. */
  readonly within?: true;
}

const ground = `
create schema app;
create table app.people (id int primary key, name text not null, born date, tags text[], mood text);
create table app.log (at timestamptz, what text) partition by range (at);
create type app.pair as (a int, b text);
create function app.touch() returns trigger language plpgsql as $$ begin return new; end $$;
create function app.ended() returns event_trigger language plpgsql as $$ begin end $$;
create extension hstore schema app;
create function app.plus(int, int) returns int language sql immutable as 'select $1 + $2';
`;

const plants: readonly Plant[] = [
  { object: "schema extra", there: "create schema extra", elsewhere: "" },
  { object: "table app.pets", there: "create table app.pets (id int)", elsewhere: "" },
  {
    object: "table app.log_2026",
    there:
      "create table app.log_2026 partition of app.log for values from ('2026-01-01') to ('2027-01-01')",
    elsewhere:
      "create table app.log_2026 partition of app.log for values from ('2026-01-01') to ('2026-07-01')",
  },
  {
    object: "column app.people.phone",
    there: "alter table app.people add phone text",
    elsewhere: "alter table app.people add phone varchar(20)",
  },
  {
    object: "default app.people.mood",
    there: "alter table app.people alter mood set default 'glad'",
    elsewhere: "alter table app.people alter mood set default 'sad'",
  },
  {
    object: "constraint app.people.people_born",
    there: "alter table app.people add constraint people_born check (born > '1900-01-01')",
    elsewhere: "alter table app.people add constraint people_born check (born > '1800-01-01')",
  },
  {
    object: "index app.people_name",
    there: "create index people_name on app.people (name)",
    elsewhere: "create index people_name on app.people (name desc)",
  },
  {
    object: "statistics object app.people_stat",
    there: "create statistics app.people_stat on name, born from app.people",
    elsewhere: "create statistics app.people_stat (ndistinct) on name, born from app.people",
  },
  {
    object: "view app.adults",
    there: "create view app.adults as select id, name from app.people",
    elsewhere: "create view app.adults as select id, name from app.people where born is not null",
  },
  {
    object: "materialized view app.totals",
    there: "create materialized view app.totals as select count(*) as n from app.people",
    elsewhere:
      "create materialized view app.totals as select count(*) as n from app.people with no data",
  },
  {
    object: "sequence app.numbers",
    there: "create sequence app.numbers",
    elsewhere: "create sequence app.numbers increment 2",
  },
  {
    object: "trigger app.people.people_touch",
    there:
      "create trigger people_touch before update on app.people for each row execute function app.touch()",
    elsewhere:
      "create trigger people_touch after update on app.people for each row execute function app.touch()",
  },
  {
    object: "rule app.people.people_keep",
    there: "create rule people_keep as on delete to app.people do instead nothing",
    elsewhere: "create rule people_keep as on delete to app.people do also select 1",
  },
  {
    object: "policy app.people.people_own",
    there: "create policy people_own on app.people using (id = 1)",
    elsewhere: "create policy people_own on app.people using (id = 2)",
  },
  {
    object: "enum type app.mood",
    there: "create type app.mood as enum ('sad', 'glad')",
    elsewhere: "create type app.mood as enum ('glad', 'sad')",
  },
  {
    object: "domain app.mail",
    there: "create domain app.mail as text",
    elsewhere: "create domain app.mail as text not null",
  },
  {
    object: "composite type app.triple",
    there: "create type app.triple as (a int)",
    elsewhere: "",
  },
  {
    object: "range type app.spans",
    there: "create type app.spans as range (subtype = float8)",
    elsewhere: "",
  },
  {
    object: "function app.greet(text)",
    there: "create function app.greet(text) returns text language sql as 'select $1'",
    elsewhere: "create function app.greet(text) returns text language sql as 'select $1 || ''!'''",
  },
  {
    object: "procedure app.tidy()",
    there: "create procedure app.tidy() language sql as 'delete from app.people'",
    elsewhere: "",
  },
  {
    object: "aggregate app.total(integer)",
    there: "create aggregate app.total(int) (sfunc = app.plus, stype = int)",
    elsewhere: "create aggregate app.total(int) (sfunc = app.plus, stype = int, initcond = '0')",
  },
  {
    object: "event trigger watch",
    there: "create event trigger watch on ddl_command_end execute function app.ended()",
    elsewhere: "",
  },
  {
    object: 'operator app."@@@"(integer,integer)',
    there: "create operator app.@@@ (leftarg = int, rightarg = int, function = app.plus)",
    elsewhere: "",
  },
  {
    object: "collation app.byte",
    there: "create collation app.byte (locale = 'C')",
    elsewhere: "",
  },
  {
    object: "text search configuration app.words",
    there: "create text search configuration app.words (copy = simple)",
    elsewhere: "",
  },
  {
    object: "foreign-data wrapper far",
    there: "create foreign data wrapper far",
    elsewhere: "create foreign data wrapper far options (a 'b')",
  },
  {
    object: "server near",
    there: "create server near foreign data wrapper far",
    elsewhere: "create server near version '2' foreign data wrapper far",
  },
  {
    object: "foreign table app.outside",
    there: "create foreign table app.outside (id int) server near",
    elsewhere: "create foreign table app.outside (id int) server near options (a 'b')",
  },
  {
    within: true,
    object: "user mapping near.",
    there: "create user mapping for public server near",
    elsewhere: "",
  },
  {
    object: "cast ",
    there: "create cast (app.pair as text) with inout",
    elsewhere: "create cast (app.pair as text) with inout as assignment",
  },
  {
    object: "conversion app.latin",
    there: "create conversion app.latin for 'LATIN1' to 'UTF8' from iso8859_1_to_utf8",
    elsewhere: "",
  },
  {
    object: "text search dictionary app.stems",
    there: "create text search dictionary app.stems (template = simple)",
    elsewhere: "create text search dictionary app.stems (template = simple, accept = false)",
  },
  {
    object: "text search parser app.cutter",
    there:
      "create text search parser app.cutter (start = prsd_start, gettoken = prsd_nexttoken, end = prsd_end, lextypes = prsd_lextype)",
    elsewhere:
      "create text search parser app.cutter (start = prsd_start, gettoken = prsd_nexttoken, end = prsd_end, lextypes = prsd_lextype, headline = prsd_headline)",
  },
  {
    object: "text search template app.mould",
    there: "create text search template app.mould (lexize = dsimple_lexize)",
    elsewhere:
      "create text search template app.mould (lexize = dsimple_lexize, init = dsimple_init)",
  },
  {
    object: "operator family ",
    there: "create operator family app.kin using btree",
    elsewhere: "",
  },
  {
    object: "operator class ",
    there:
      "create operator class app.sort for type int using btree as operator 1 <, function 1 btint4cmp(int, int)",
    elsewhere: "",
  },
  {
    object: "access method pile",
    there: "create access method pile type table handler heap_tableam_handler",
    elsewhere: "",
  },
  {
    object: "language plother",
    there: "create language plother handler plpgsql_call_handler",
    elsewhere: "create trusted language plother handler plpgsql_call_handler",
  },
  {
    object: "transform ",
    there:
      "create transform for int language plpgsql (from sql with function prsd_lextype(internal))",
    elsewhere: "",
  },
  {
    object: "base type app.cell",
    there: `create type app.cell;
      create function app.cell_in(cstring) returns app.cell language internal immutable strict as 'int4in';
      create function app.cell_out(app.cell) returns cstring language internal immutable strict as 'int4out';
      create type app.cell (input = app.cell_in, output = app.cell_out, passedbyvalue, internallength = 4)`,
    elsewhere: "",
  },
  {
    within: true,
    object: "attribute app.four.b",
    there: "create type app.four as (a int, b text)",
    elsewhere: "create type app.four as (a int, b int)",
  },
  {
    object: "dependency on an extension",
    there: "alter function app.touch() depends on extension hstore",
    elsewhere: "",
  },
  {
    within: true,
    object: "publication's table ",
    there: "create publication partly for table app.people",
    elsewhere: "create publication partly",
  },
  { object: "extension citext", there: "create extension citext schema app", elsewhere: "" },
  {
    object: "publication changes",
    there: "create publication changes for table app.people",
    elsewhere: "",
  },
  {
    object: "comment table:app.people",
    there: "comment on table app.people is 'one'",
    elsewhere: "comment on table app.people is 'other'",
  },
  {
    object: "grant table:app.log->",
    there: "grant select on app.log to public",
    elsewhere: "grant insert on app.log to public",
  },
  {
    object: "default privileges",
    there: "alter default privileges in schema app grant select on tables to public",
    elsewhere: "",
  },
  {
    object: "table app.people",
    there: "alter table app.people enable row level security",
    elsewhere: "",
  },
];

const here = plants.map(({ there }) => `${there};`).join("\n");
const elsewhere = plants
  .flatMap((plant) => (plant.elsewhere === "" ? [] : [`${plant.elsewhere};`]))
  .join("\n");

/** Whether a line of the report begins with what the plant is called. */
function unnamed(lines: readonly string[], among = plants): readonly string[] {
  return among
    .map(({ object }) => object)
    .filter((object) => !lines.some((line) => line.startsWith(object)));
}

/** Kinds without a plant -> why. */
const unplanted: Readonly<Record<string, string>> = {
  role: "of the cluster: verify-live.test.ts",
  membership: "of the cluster: verify-live.test.ts",
  setting: "of the cluster: verify-live.test.ts",
  security_label: "no provider is loaded",
  subscription: "reaches for another server",
  publication_schema: "PostgreSQL 14 has none",
};

test("there is a plant for every kind, or a reason why there is none", () => {
  const lacking = Object.entries(kinds)
    .filter(([kind]) => unplanted[kind] === undefined)
    .filter(([, { label }]) => !plants.some(({ object }) => object.startsWith(label)))
    .map(([kind]) => kind);
  expect(lacking).toEqual([]);
});

test("a difference of every kind between a baseline and the migrations is named", async () => {
  const folder = await folderWith({
    "migrations/001_ground.sql": ground,
    "migrations/002_plants.sql": here,
    "schema.sql": `-- Includes migrations up to: 002_plants\n${ground}${elsewhere}`,
  });
  const report = await proveFolder(folder);
  expect(report.verdict).toBe("refuted");
  expect(unnamed(refutations(report))).toEqual([]);
});

test("a difference of every kind in an earlier release's complete schema is named", async () => {
  const folder = await folderWith({
    "migrations/001_ground.sql": ground,
    "migrations/002_plants.sql": here,
    "schema.sql": `-- Includes migrations up to: 002_plants\n${ground}${here}`,
    "releases/v1/schema.sql": `-- Includes migrations up to: 002_plants\n${ground}${elsewhere}`,
  });
  const report = await proveFolder(folder);
  const [refuted] = report.parts.filter(({ outcome }) => outcome === "refuted");
  expect(refuted?.subject).toBe("upgraded from releases/v1/schema.sql");
  expect(unnamed(refutations(report))).toEqual([]);
});

test("an object of every kind that a down file leaves behind is named", async () => {
  const folder = await folderWith({
    "migrations/001_ground.sql": ground,
    "migrations/002_plants.sql": here,
    "migrations/002_plants.down.sql": "select 1;",
  });
  const report = await proveFolder(folder);
  const lines = refutations(report);
  expect(lines[0]).toBe("migrations/002_plants.down.sql: it leaves another schema behind");
  const whole = plants.filter(({ within }) => within !== true);
  expect(unnamed(lines, whole)).toEqual([]);
});

for (const major of [14, 18]) {
  test(`a difference of every kind in a live database is named (${major})`, async () => {
    const database = await testDatabase(major);
    const folder = await folderWith({
      "migrations/001_ground.sql": ground,
      "migrations/002_plants.sql": here,
    });
    const other = await folderWith({
      "migrations/001_ground.sql": ground,
      "migrations/002_plants.sql": elsewhere,
    });
    await deployFolder(other, database.url, { verify: "never" });
    const drifted = driftOf(await verifyFolder(folder, database.url, { against: "migrations" }));
    expect(unnamed(drifted)).toEqual([]);
  });
}
