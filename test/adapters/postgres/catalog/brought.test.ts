/** What somebody did by hand to what an extension or the server itself brought: no fact, and so a finding. */
import { describe, expect, test } from "vitest";
import { fingerprint } from "../../../../src/catalog/fingerprint.ts";
import { catalogOf } from "../../../support/catalog.ts";
import { testDatabase } from "../../../support/database.ts";
import { dumpText } from "../../../support/dump.ts";
import { testMajors } from "../../../support/servers.ts";

describe.each(testMajors)("on %i", (major) => {
  test("what was done by hand to an extension's members is a fact or a finding", async () => {
    const database = await testDatabase(major);
    await database.run(`create extension hstore; create schema app;
      begin; create table app.held (a integer); alter extension hstore add table app.held; commit`);
    expect((await catalogOf(database)).findings).toEqual([]);
    await database.run(
      `drop role if exists apart; create role apart; alter function hstore_to_json(hstore) owner to apart`,
    );
    await database.run(`
      create index by_a on app.held (a); alter table app.held add b integer default 1;
      alter table app.held add constraint known check (a > 0);
      create policy hidden on app.held using (false);
      create function app.quiet() returns trigger language plpgsql as 'begin return null; end';
      create trigger quiet after insert on app.held execute function app.quiet();
      create rule silent as on delete to app.held do instead nothing;
      create publication of_held for table app.held;
      alter function akeys(hstore) set search_path = pg_catalog;
      create or replace function avals(hstore) returns text[] language sql as 'select null::text[]';
      comment on type hstore is 'pairs';
      grant select on app.held to public; revoke execute on function skeys(hstore) from public;
      revoke select on information_schema.tables from public; grant create on schema information_schema to public`);
    const { findings, facts } = await catalogOf(database);
    expect(findings.map(({ code, object }) => [code, object])).toEqual(
      [
        "default value for app.held.b",
        "function public.akeys(public.hstore)",
        "function public.avals(public.hstore)",
        "function public.hstore_to_json(public.hstore)",
        "index app.by_a",
        "policy hidden on app.held",
        "publication relation app.held in publication of_held",
        "rule silent on app.held",
        "table column app.held.b",
        "table constraint known on app.held",
        "trigger quiet on app.held",
        "type public.hstore",
      ].map((object) => ["CATALOG.EXTENSION_CHANGED", object]),
    );
    expect([...facts.keys()].filter((id) => id.startsWith("grant:")).sort()).toEqual([
      "grant:function:public.skeys(public.hstore)->PUBLIC",
      "grant:schema:information_schema->PUBLIC",
      "grant:table:app.held->PUBLIC",
      "grant:view:information_schema.tables->PUBLIC",
    ]);
    await database.run(
      "alter function hstore_to_json(hstore) owner to current_user; drop role apart",
    );
  });

  test("what was taken out of an extension, and an extension that can't tell, are findings", async () => {
    const database = await testDatabase(major);
    await database.run("create extension pg_trgm; create extension lo");
    await database.run(`alter extension pg_trgm drop function show_limit();
      alter function show_limit() cost 7;
      create function alike(text, text) returns real language c immutable strict as '$libdir/pg_trgm', 'similarity'`);
    // As pg_upgrade does it: each member by itself.
    await database.run("alter extension lo drop function lo_oid(lo)");
    await database.run("alter extension lo add function lo_oid(lo)");
    await database.run("alter extension lo drop function lo_manage()");
    await database.run("alter extension lo add function lo_manage()");
    const { findings } = await catalogOf(database);
    expect(findings.map(({ severity, object }) => [severity, object])).toEqual([
      ["info", "extension lo"],
      ["warning", "function public.show_limit()"],
    ]);
  });

  test("whatever was taken out of an extension is a finding, and a dump takes it out again", async () => {
    const database = await testDatabase(major);
    await database.run(`begin; create extension hstore;
      create function own(hstore) returns text language sql as 'select null::text'; commit`);
    expect((await catalogOf(database)).findings).toEqual([]);
    await database.run(`alter extension hstore drop operator -> (hstore, text);
      alter extension hstore drop operator class hash_hstore_ops using hash;
      alter extension hstore drop type ghstore;
      alter extension hstore drop cast (text[] as hstore)`);
    const taken = await catalogOf(database);
    expect(taken.findings.map(({ code, object }) => [code, object])).toEqual(
      [
        "cast (pg_catalog.text[] AS public.hstore)",
        "operator public.->(public.hstore,pg_catalog.text)",
        "operator class public.hash_hstore_ops USING hash",
        "type public.ghstore",
      ].map((object) => ["CATALOG.EXTENSION_CHANGED", object]),
    );
    const again = await testDatabase(major);
    await again.run(dumpText(taken));
    const read = await catalogOf(again);
    expect(fingerprint(read, "strict")).toBe(fingerprint(taken, "strict"));
    expect(read.findings).toEqual(taken.findings);
  });

  test("what was done to relations, columns and parts of an extension's is a finding, each", async () => {
    const database = await testDatabase(major);
    await database.run(
      "create extension hstore; create extension citext; create extension file_fdw; create extension unaccent",
    );
    await database.run(`begin; create table held (id integer primary key, a text, b text); create view seen as select 1 as x;
      create sequence counted; create materialized view kept as select 1 as x; create table other (a integer);
      create domain short as text; create function quiet() returns trigger language plpgsql as 'begin return null; end';
      create trigger loud after insert on held for each row execute function quiet();
      alter extension hstore add table held; alter extension hstore add view seen; alter extension hstore add table other;
      alter extension hstore add sequence counted; alter extension hstore add materialized view kept;
      alter extension hstore add domain short; alter extension hstore add function quiet(); commit`);
    expect((await catalogOf(database)).findings).toEqual([]);
    await database.run(`create statistics on_held on a, b from held; alter table held disable trigger loud;
      alter table held enable row level security; alter table other drop column a; comment on column held.a is 'x';
      comment on constraint held_pkey on held is 'x'; comment on column seen.x is 'x'; alter sequence counted increment 7;
      alter materialized view kept set (fillfactor = 70); alter index held_pkey set (fillfactor = 60);
      alter domain short add constraint few check (length(value) < 9);
      alter operator family hash_hstore_ops using hash add operator 1 = (citext, citext)`);
    await database.run("alter text search dictionary unaccent (rules = 'unaccent')");
    const { findings } = await catalogOf(database);
    expect(findings.map(({ code, object }) => [code, object])).toEqual(
      [
        "domain constraint few on public.short",
        "index public.held_pkey",
        "materialized view public.kept",
        "operator of access method operator 1 (public.citext, public.citext) of public.hash_hstore_ops USING hash",
        "sequence public.counted",
        "statistics object public.on_held",
        "table public.held",
        "table public.other",
        "table column public.held.a",
        "table constraint held_pkey on public.held",
        "trigger loud on public.held",
        "view column public.seen.x",
        "text search dictionary public.unaccent",
      ].map((object) => ["CATALOG.EXTENSION_CHANGED", object]),
    );
  });

  test("what was done to what the server came with is a finding, each", async () => {
    const database = await testDatabase(major);
    await database.run("create extension citext");
    expect((await catalogOf(database)).findings).toEqual([]);
    await database.run(`comment on function length(text) is 'x'; comment on column pg_class.relname is 'x';
      comment on language plpgsql is 'x'; alter function lower(text) cost 7; alter function upper(text) owner to pg_monitor;
      create function pg_catalog.mine(integer) returns integer language sql as 'select 1';
      create function compare(integer, money) returns integer language sql immutable as 'select 0';
      alter operator family integer_ops using btree add function 1 (integer, money) compare(integer, money);
      alter text search configuration german drop mapping for asciiword;
      alter text search configuration english alter mapping for asciiword with simple;
      alter text search dictionary english_stem (stopwords = 'dutch'); alter operator =(integer, integer) owner to pg_monitor;
      alter schema information_schema owner to pg_monitor; alter view information_schema.tables set (security_barrier);
      create table information_schema.own (a integer primary key); create index on information_schema.sql_features (feature_id);
      create statistics about on feature_id, feature_name from information_schema.sql_features;
      create publication telling for table information_schema.sql_features; select pg_import_system_collations('pg_catalog')`);
    const { findings } = await catalogOf(database);
    const named = findings
      .filter(({ severity }) => severity === "warning")
      .map(({ code, object }) => [code, object]);
    expect(named.sort()).toEqual(
      [
        "function of access method function 1 (integer, pg_catalog.money) of pg_catalog.integer_ops USING btree",
        "function pg_catalog.length(pg_catalog.text)",
        "function pg_catalog.lower(pg_catalog.text)",
        "function pg_catalog.mine(integer)",
        "function pg_catalog.upper(pg_catalog.text)",
        "index information_schema.own_pkey",
        "index information_schema.sql_features_feature_id_idx",
        "language plpgsql",
        "operator pg_catalog.=(integer,integer)",
        "publication_table:publication:telling",
        "schema information_schema",
        "statistics:public.about",
        "table column pg_catalog.pg_class.relname",
        ...(major < 18 ? [] : ["table constraint own_a_not_null on information_schema.own"]),
        "table constraint own_pkey on information_schema.own",
        "table information_schema.own",
        "text search configuration pg_catalog.english",
        "text search configuration pg_catalog.german",
        "text search dictionary pg_catalog.english_stem",
        "view information_schema.tables",
      ].map((object) => ["CATALOG.NOT_MODELLED", object]),
    );
    const some = await catalogOf(database, { schemas: ["public"] });
    expect(some.findings.map(({ object }) => object)).not.toContain(
      "function pg_catalog.mine(pg_catalog.int4)",
    );
  });

  /** As an extension's own script would make them: its transaction writes them, and a member comes after them. */
  const withParts = `begin; create extension hstore;
    create table notes (id integer primary key, text text not null default 'x' constraint c check (text <> ''));
    create index by_text on notes (text); create view shown as select id from notes;
    create materialized view kept as select 1 as a; create sequence counted increment 5;
    create domain short as text constraint few check (length(value) < 9); create type pair as (a integer, b text);
    create function mixed(short, pair) returns integer language sql as 'select 1';
    alter extension hstore add table notes; alter extension hstore add view shown;
    alter extension hstore add materialized view kept; alter extension hstore add sequence counted;
    alter extension hstore add domain short; alter extension hstore add type pair;
    alter extension hstore add function mixed(short, pair); commit`;
  const takeOut = `alter extension hstore drop view shown; alter extension hstore drop table notes;
    alter extension hstore drop materialized view kept; alter extension hstore drop sequence counted;
    alter extension hstore drop domain short; alter extension hstore drop type pair`;
  const change = `alter table notes add column more integer; alter sequence counted increment 7;
    alter table notes alter text drop default; create or replace view shown as select id, id + 1 as next from notes`;

  test.each([
    ["stays as the extension makes it", ""],
    ["is made again where it was changed since", change],
  ])("what has parts and was taken out %s", async (_name, since) => {
    const database = await testDatabase(major);
    await database.run(withParts);
    expect((await catalogOf(database)).findings).toEqual([]);
    await database.run(`${takeOut}; ${since}`);
    const taken = await catalogOf(database);
    expect(taken.findings.map(({ object }) => object)).toEqual([
      "materialized view public.kept",
      "sequence public.counted",
      "table public.notes",
      "type public.pair",
      "type public.short",
      "view public.shown",
    ]);
    const dump = dumpText(taken);
    for (const made of ["TABLE", "VIEW", "SEQUENCE"]) {
      const isMade = new RegExp(`CREATE ${made} `).test(dump);
      expect(isMade, made).toBe(since !== "");
    }
    expect(dump).not.toMatch(/CREATE (DOMAIN|TYPE|MATERIALIZED)/);
    const again = await testDatabase(major);
    // The extension of a server that has it makes all of it: so do these, in one transaction.
    const [head = "", rest = ""] = dump.split(/^CREATE EXTENSION hstore.*;$/m);
    await again.run(`${head}; ${withParts}; ${rest}`);
    const read = await catalogOf(again);
    expect(fingerprint(read, "strict")).toBe(fingerprint(taken, "strict"));
  });
});
