/** What a read promises besides the facts: who may, and which part. */
import { expect, test } from "vitest";
import { postgresDatabase } from "../../../../src/adapters/postgres/connect.ts";
import { readCatalog } from "../../../../src/adapters/postgres/catalog/read.ts";
import { resolveTarget } from "../../../../src/adapters/postgres/settings.ts";
import { compareCatalogs } from "../../../../src/catalog/compare.ts";
import { fingerprint } from "../../../../src/catalog/fingerprint.ts";
import type { Session } from "../../../../src/ports/database.ts";
import { catalogOf, dropSubscriptions } from "../../../support/catalog.ts";
import { testDatabase, testRole, type TestDatabase } from "../../../support/database.ts";
import { testMajors } from "../../../support/servers.ts";

async function sessionOf(database: TestDatabase, user?: string): Promise<Session> {
  const url = new URL(database.url);
  if (user !== undefined) {
    url.username = user;
    url.password = "read";
  }
  const target = postgresDatabase(resolveTarget({ url: url.href, environment: {} }));
  return await target.connect({ applicationName: "test catalog" });
}

test.each(testMajors)(
  "on %i, a role without rights reads the same, and says what it may not see",
  async (major) => {
    const role = await testRole(major, "login password 'read'");
    const database = await testDatabase(major);
    await database.run(`
    create schema closed;
    revoke all on schema public from public;
    create table closed.t (id integer primary key, secret text default 'x' check (secret <> ''));
    create view closed.v as select id from closed.t;
    create function closed.f() returns integer language sql as 'select 1';
    create foreign data wrapper w;
    create server s foreign data wrapper w;
    create user mapping for current_user server s options ("user" 'me', password 'open sesame');
    create subscription closed_sub connection 'host=nowhere password=open' publication p with (connect = false, slot_name = none)`);
    const whole = await catalogOf(database);
    const session = await sessionOf(database, role);
    const partial = await readCatalog(session);
    await session.close();
    await database.run(dropSubscriptions);
    const { added, removed, changed } = compareCatalogs(whole, partial, "strict");
    expect([added, removed]).toEqual([[], []]);
    expect(changed.map(({ id }) => id)).toEqual([
      "subscription:closed_sub",
      "user_mapping:s.postgres",
    ]);
    expect(partial.findings.map(({ code, object }) => `${code} ${object ?? ""}`)).toEqual([
      "CATALOG.HIDDEN user_mapping:s.postgres",
      "CATALOG.HIDDEN subscription:closed_sub",
    ]);
  },
);

test("the filter takes schemas in and leaves schemas out", async () => {
  const database = await testDatabase();
  await database.run(`
    create schema one; create schema two; create schema lockstep;
    create table two.referred (id integer primary key, other integer);
    create table one.t (id integer references two.referred);
    create table lockstep.own (id integer)`);
  const idsOf = async (filter: Parameters<typeof catalogOf>[1]): Promise<readonly string[]> => {
    const catalog = await catalogOf(database, filter);
    return [...catalog.facts.keys()].filter((id) => /^(schema|table|constraint):/.test(id)).sort();
  };
  expect(await idsOf({ schemas: ["one"] })).toEqual([
    "constraint:one.t.t_id_fkey",
    "schema:one",
    "table:one.t",
  ]);
  expect(await idsOf({ exceptSchemas: ["two", "public"] })).toEqual([
    "constraint:one.t.t_id_fkey",
    "schema:one",
    "table:one.t",
  ]);
  expect(await idsOf({})).not.toContain("table:lockstep.own");
  const [fact] = [...(await catalogOf(database, { schemas: ["one"] })).facts.values()].filter(
    ({ kind }) => kind === "constraint",
  );
  expect(fact?.payload).toMatchObject({
    table: { schema: "two", name: "referred" },
    tableColumns: ["id"],
  });
});

test("what an extension brings belongs to the extension", async () => {
  const database = await testDatabase();
  await database.run(`
    create extension hstore; create extension citext; create extension tablefunc;
    create table t (h hstore, c citext primary key);
    create index on t using gin (h)`);
  const catalog = await catalogOf(database);
  const kinds = new Set([...catalog.facts.values()].map(({ kind }) => kind));
  expect([...kinds].sort()).toEqual([
    "column",
    "constraint",
    "extension",
    "index",
    "schema",
    "table",
  ]);
  expect(catalog.facts.get("column:public.t.h")?.references).toEqual(["extension:hstore"]);
  expect(catalog.findings).toEqual([]);
});

test("of a tool's schema only the schema is read, and only where an extension lies in it", async () => {
  const database = await testDatabase();
  await database.run(`
    create schema partman; create extension hstore schema partman; create table partman.template (a integer);
    create schema cron; create table cron.job (a integer)`);
  const { facts, findings } = await catalogOf(database);
  expect([...facts.keys()].filter((id) => /partman|cron|hstore/.test(id)).sort()).toEqual([
    "extension:hstore",
    "schema:partman",
  ]);
  expect(findings).toEqual([]);
});

test.each(testMajors)(
  "on %i, a label on a schema that the server brought is read, where there is no other",
  async (major) => {
    const database = await testDatabase(major);
    // No provider of labels comes with the servers of the tests.
    await database.run(`insert into pg_catalog.pg_seclabel (objoid, classoid, objsubid, provider, label)
      values ('public'::regnamespace, 'pg_namespace'::regclass, 0, 'test', 'secret')`);
    const labels = [...(await catalogOf(database)).facts.values()].filter(
      ({ kind }) => kind === "security_label",
    );
    expect(labels.map(({ payload }) => payload)).toMatchObject([
      { provider: "test", label: "secret" },
    ]);
  },
);

const constants = `
  create table p (a timestamptz default '2020-01-01 00:00+00', i interval default '-1 day +02:00', m money default '1.50',
    f double precision, b bytea) partition by range (a);
  create table q partition of p for values from ('2020-01-01 00:00+00') to ('2020-02-01 00:00+00');
  alter table q add check (i > interval '1 day 2 hours 3.5 seconds'), add check (f > 0.1::float8 + 1e-20),
    add check (b <> '\\x00ff41'::bytea);
  create index on q (a) where a > '2020-01-15 00:00+00';
  create view v as select time with time zone '10:00+02' as z, 'a\\b'::text as s, date '2020-02-03' as d, 0.1::real as r;
  create function f(t timestamptz default '2020-01-01 00:00+00') returns timestamptz
    begin atomic select t + interval '1 mon -2 days'; end;
  create domain d as timestamptz check (value > '1999-01-01 00:00+00');
  create policy r on q using (a > '2020-01-01 00:00+00')`;

const settings = [
  "timezone = 'Asia/Tokyo'",
  "datestyle = 'German, DMY'",
  "intervalstyle = 'sql_standard'",
  "bytea_output = 'escape'",
  "extra_float_digits = -10",
  "quote_all_identifiers = on",
  "standard_conforming_strings = off",
  "search_path = ''",
  "default_transaction_read_only = on",
  "client_encoding = 'LATIN1'",
];

test.each(testMajors)(
  "on %i, what a database sets for its sessions changes nothing of what is read",
  async (major) => {
    const [plain, other] = [await testDatabase(major), await testDatabase(major)];
    for (const database of [plain, other]) await database.run(constants);
    const [{ name } = { name: "" }] = await other.query("select current_database() as name");
    await other.run(settings.map((one) => `alter database ${String(name)} set ${one}`).join(";"));
    const [shown] = await other.query("show datestyle");
    expect(shown).toEqual({ DateStyle: "German, DMY" });
    const [left, right] = [await catalogOf(plain), await catalogOf(other)];
    expect(compareCatalogs(left, right, "strict").changed).toEqual([]);
    expect(fingerprint(left, "strict")).toBe(fingerprint(right, "strict"));
  },
);
