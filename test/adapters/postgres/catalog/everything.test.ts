/** A database with one of everything: nothing is forgotten, and made twice it is equal. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { catalogCoverage } from "../../../../src/catalog/coverage.ts";
import type { Catalog } from "../../../../src/catalog/fact.ts";
import { fingerprint } from "../../../../src/catalog/fingerprint.ts";
import { kinds } from "../../../../src/catalog/kinds.ts";
import { dumpText } from "../../../support/dump.ts";
import { catalogOf, dropSubscriptions } from "../../../support/catalog.ts";
import { dropDatabase, testDatabase, type TestDatabase } from "../../../support/database.ts";
import { testMajors } from "../../../support/servers.ts";

const folder = fileURLToPath(new URL("../../../cases/one-of-everything", import.meta.url));

/** Nothing can make them without a provider that is loaded into the server. */
const unmakeable: ReadonlySet<string> = new Set(["security_label"]);

describe.each(testMajors)("on %i", (major) => {
  const databases: TestDatabase[] = [];
  let catalog: Catalog;

  const make = async (): Promise<TestDatabase> => {
    const database = await testDatabase(major, { keep: true });
    databases.push(database);
    for (const file of readdirSync(folder).sort()) {
      const since = Number(/since-(\d+)/.exec(file)?.[1]);
      if (since <= major) await runFile(database, join(folder, file));
    }
    return database;
  };

  beforeAll(async () => {
    catalog = await catalogOf(await make(), { roles: ["*"] });
  });

  afterAll(async () => {
    for (const database of databases) {
      await database.run(dropSubscriptions);
      await dropDatabase(database);
    }
  });

  test("there is a fact of every kind", () => {
    const present = new Set([...catalog.facts.values()].map(({ kind }) => kind));
    const before15 = new Set(["publication_schema"]);
    const missing = Object.keys(kinds).filter(
      (kind) =>
        !present.has(kind as keyof typeof kinds) &&
        !unmakeable.has(kind) &&
        !(major < 15 && before15.has(kind)) &&
        !optIn.has(kind),
    );
    expect(missing).toEqual([]);
  });

  test("every row of every catalog is accounted for", () => {
    expect(catalog.findings.filter(({ severity }) => severity !== "info")).toEqual([]);
  });

  test("every parent and every reference is a fact", () => {
    for (const fact of catalog.facts.values()) {
      if (fact.parent !== undefined) expect(catalog.facts.has(fact.parent), fact.id).toBe(true);
      for (const id of fact.references) expect(catalog.facts.has(id), fact.id).toBe(true);
    }
  });

  test("what has no fact, no reader and no reason becomes a finding", async () => {
    const [database] = databases;
    const large = await database?.query("select lo_create(0)");
    expect(large).toHaveLength(1);
    const read = await catalogOf({ url: database?.url ?? "" });
    expect(read.findings.map(({ code, object }) => [code, object])).toContainEqual([
      "CATALOG.NOT_MODELLED",
      "large objects",
    ]);
  });

  test("what the database has of its own is a finding, its settings where roles are not read", async () => {
    const database = await testDatabase(major);
    expect((await catalogOf(database)).findings).toEqual([]);
    await database.run(`comment on database ${database.name} is 'x';
      alter database ${database.name} set work_mem = '8MB';
      grant create on database ${database.name} to pg_monitor`);
    const named = ["grants on the database", "comments on the database"];
    const { findings } = await catalogOf(database);
    expect(findings.map(({ object }) => object)).toEqual([...named, "settings of the database"]);
    const read = await catalogOf(database, { roles: ["nobody"] });
    expect(read.findings.map(({ object }) => object)).toEqual(named);
    expect([...read.facts.keys()]).toContain("setting:@database.work_mem");
  });

  test("a foreign key whose triggers are disabled is a finding", async () => {
    const database = await testDatabase(major);
    await database.run(`create table p (id integer primary key); create table c (p integer references p);
      alter table c disable trigger all`);
    const { findings } = await catalogOf(database);
    expect(findings.map(({ code, object }) => [code, object])).toEqual([
      ["CATALOG.NOT_MODELLED", "constraint:public.c.c_p_fkey"],
    ]);
  });

  test("a key that is looked at late, and whose trigger is disabled, is a finding", async () => {
    const database = await testDatabase(major);
    await database.run(`create table t (id integer constraint k unique deferrable);
      alter table t disable trigger all`);
    const { findings } = await catalogOf(database);
    expect(findings.map(({ code, object }) => [code, object])).toEqual([
      ["CATALOG.NOT_MODELLED", "constraint:public.t.k"],
    ]);
  });

  test("a function of a range type that was altered apart from it is a finding", async () => {
    const database = await testDatabase(major);
    await database.run("create type r as range (subtype = integer, multirange_type_name = m)");
    expect((await catalogOf(database)).findings).toEqual([]);
    await database.run(`alter function r(integer, integer) cost 77;
      alter function m() set work_mem = '8MB'; alter function m(r) owner to pg_monitor`);
    const { findings } = await catalogOf(database);
    expect(findings.map(({ code, object }) => [code, object]).sort()).toEqual([
      ["CATALOG.NOT_MODELLED", "function:public.m()"],
      ["CATALOG.NOT_MODELLED", "function:public.m(public.r)"],
      ["CATALOG.NOT_MODELLED", "function:public.r(integer,integer)"],
    ]);
  });

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

  test("made a second time it has the same fingerprint", async () => {
    const again = await catalogOf(await make());
    const [first] = databases;
    const once = await catalogOf({ url: first?.url ?? "" });
    expect(fingerprint(again, "strict")).toBe(fingerprint(once, "strict"));
  });

  test("no secret is in it", () => {
    const text = JSON.stringify([...catalog.facts.values()]);
    expect(text).toContain('"secrets":["password"]');
    expect(text).not.toContain('"secret"');
    expect(text).not.toContain("password=secret");
  });

  test("every catalog's columns are read, derived, or left out for a reason", async () => {
    const [database] = databases;
    const rows = await database?.query(`
      select c.relname as catalog, a.attname as column
      from pg_class c join pg_attribute a on a.attrelid = c.oid
      where c.relnamespace = 'pg_catalog'::regnamespace and c.relkind = 'r' and a.attnum > 0
        and not a.attisdropped`);
    const unknown = (rows ?? [])
      .map((row) => [String(row["catalog"]), String(row["column"])] as const)
      .filter(([name, column]) => !isCovered(name, column))
      .map((place) => place.join("."));
    expect(unknown).toEqual([]);
  });
});

const optIn: ReadonlySet<string> = new Set(["role", "membership", "setting"]);

/** The statements of a file one by one, since a message of several is one transaction. */
async function runFile(database: TestDatabase, path: string): Promise<void> {
  const client = await database.connect();
  try {
    await client.query(readFileSync(path, "utf8"));
  } catch (error) {
    throw new Error(path, { cause: error });
  } finally {
    await client.end();
  }
}

function isCovered(catalog: string, column: string): boolean {
  const known = catalogCoverage[catalog];
  if (known === undefined) return false;
  if (known.whole !== undefined) return true;
  const named = [known.derived, known.ignored].flatMap((columns) =>
    Object.keys(columns ?? {}).flatMap((names) => names.split(" ")),
  );
  return known.read?.includes(column) === true || named.includes(column);
}
