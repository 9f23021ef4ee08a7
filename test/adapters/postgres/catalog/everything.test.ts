/** A database with one of everything: nothing is forgotten, and made twice it is equal. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { catalogCoverage } from "../../../../src/catalog/coverage.ts";
import type { Catalog } from "../../../../src/catalog/fact.ts";
import { fingerprint } from "../../../../src/catalog/fingerprint.ts";
import { kinds } from "../../../../src/catalog/kinds.ts";
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
