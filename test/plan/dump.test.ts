/** A dump loads, and what it makes is what was dumped: dump . load is the identity. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { describe, expect, onTestFinished, test } from "vitest";
import { compareCatalogs } from "../../src/catalog/compare.ts";
import type { Catalog } from "../../src/catalog/fact.ts";
import { dumpParagraphs, preamble } from "../../src/plan/dump.ts";
import { splitFiles } from "../../src/plan/dump_files.ts";
import { emptyCatalog } from "../../src/plan/empty_catalog.ts";
import { catalogOf, dropSubscriptions } from "../support/catalog.ts";
import { testDatabase, testRole, type TestDatabase } from "../support/database.ts";
import { dumpText } from "../support/dump.ts";
import { oracleLines, oraclePresent } from "../support/oracle.ts";
import { ownCluster } from "../support/own-cluster.ts";
import { newestMajor, testMajors } from "../support/servers.ts";

const everything = fileURLToPath(new URL("../cases/one-of-everything", import.meta.url));
const schemas = fileURLToPath(new URL("../../../shared/corpora/schemas", import.meta.url));

describe.each(testMajors)("on %i", (major) => {
  test("an empty database is empty, so its dump is no text", async () => {
    const catalog = await catalogOf(await testDatabase(major));
    expect(compareCatalogs(emptyCatalog(major), catalog, "strict")).toEqual({
      added: [],
      removed: [],
      changed: [],
      moved: [],
    });
    expect(dumpText(catalog)).toBe("");
  });

  test("what an SQL function's text calls is there before anything looks into the function", async () => {
    const original = await testDatabase(major);
    // By their names each comes after what calls it.
    await original.run(`
      create function zz(t text) returns text language sql immutable as $$ select lower(t) $$;
      create function aa(t text) returns text language sql immutable as $$ select public.zz(t) $$;
      create text search configuration words (copy = simple);
      create function parts(t text) returns tsvector language sql immutable as $$ select to_tsvector('public.words', t) $$;
      create table a (t text); create index on a (aa(t)); create index on a using gin (parts(t));
      create table b (t text, u text generated always as (aa(t)) stored);
      create table c (t text, exclude using btree (aa(t) with =));
      create table d (t text) partition by list (aa(t)); create statistics s on aa(t), (t || 'x') from a`);
    const catalog = await catalogOf(original);
    const copy = await testDatabase(major);
    await copy.run(dumpText(catalog));
    expect(differences(catalog, await catalogOf(copy))).toEqual([]);
  });

  test("one of everything comes back but for its secrets", { timeout: 120_000 }, async () => {
    const original = await testDatabase(major);
    const copy = await testDatabase(major);
    onTestFinished(async () => {
      for (const database of [original, copy]) await database.run(dropSubscriptions);
    });
    for (const file of readdirSync(everything).sort()) {
      const since = Number(/since-(\d+)/.exec(file)?.[1]);
      if (since <= major) await original.run(readFileSync(join(everything, file), "utf8"));
    }
    const catalog = await catalogOf(original);
    await copy.run(dumpText(catalog));
    expect(differences(catalog, await catalogOf(copy))).toEqual([]);
    if (oraclePresent) expect(await judged(copy)).toEqual(await judged(original));
  });
});

// Older servers write views with every column qualified.
test.skipIf(newestMajor < 16)("the text of a dump is a person's", async () => {
  const database = await testDatabase(newestMajor);
  await database.run(`
    create table person (
      id bigint generated always as identity primary key,
      name varchar(80) not null default 'nobody',
      parent bigint references person on delete set null,
      born date check (born > '1900-01-01')
    );
    create index person_name on person (lower(name)) where born is not null;
    comment on table person is 'Somebody';
    create view adult as select id, name from person where born < '2000-01-01';
  `);
  expect(dumpText(await catalogOf(database))).toMatchInlineSnapshot(`
    "CREATE TABLE public.person (
        id bigint GENERATED ALWAYS AS IDENTITY,
        name character varying(80) DEFAULT 'nobody' NOT NULL,
        parent bigint,
        born date,
        CONSTRAINT person_pkey PRIMARY KEY (id),
        CONSTRAINT person_born_check CHECK (born > '1900-01-01'::date),
        CONSTRAINT person_parent_fkey FOREIGN KEY (parent) REFERENCES public.person (id) ON DELETE SET NULL
    );
    COMMENT ON TABLE public.person IS 'Somebody';

    CREATE INDEX person_name ON public.person (lower((name)::text)) WHERE (born IS NOT NULL);

    CREATE VIEW public.adult AS
    SELECT id,
        name
       FROM public.person
      WHERE (born < '2000-01-01'::date);
    "
  `);
});

test("keys stay in tables that refer to each other, publications say their tables, comments stand with what they are on", async () => {
  const database = await testDatabase(newestMajor);
  await database.run(`
    create table person (id integer, home integer, name text, constraint person_pkey primary key (id));
    create unique index person_id on person (id);
    create table house (id integer, owner integer, constraint house_pkey primary key (id));
    alter table person add constraint person_home foreign key (home) references house;
    alter table house add constraint house_owner foreign key (owner) references person (id);
    comment on column person.name is 'as called';
    comment on constraint person_pkey on person is 'the key';
    create index person_pair on person ((home + id), (lower(name) || 'x'));
    create publication news for table person where (id > 0), house;
  `);
  const catalog = await catalogOf(database);
  expect(dumpText(catalog)).toMatchInlineSnapshot(`
    "CREATE TABLE public.house (
        id integer NOT NULL,
        owner integer,
        CONSTRAINT house_pkey PRIMARY KEY (id)
    );

    CREATE TABLE public.person (
        id integer NOT NULL,
        home integer,
        name text,
        CONSTRAINT person_pkey PRIMARY KEY (id)
    );
    COMMENT ON COLUMN public.person.name IS 'as called';
    COMMENT ON CONSTRAINT person_pkey ON public.person IS 'the key';

    CREATE UNIQUE INDEX person_id ON public.person (id);

    CREATE INDEX person_pair ON public.person ((home + id), (lower(name) || 'x'::text));

    ALTER TABLE public.house ADD CONSTRAINT house_owner FOREIGN KEY (owner) REFERENCES public.person (id);

    ALTER TABLE public.person ADD CONSTRAINT person_home FOREIGN KEY (home) REFERENCES public.house (id);

    CREATE PUBLICATION news FOR TABLE
        public.house,
        public.person WHERE (id > 0);
    "
  `);
  const copy = await testDatabase(newestMajor);
  await copy.run(dumpText(catalog));
  const again = await catalogOf(copy);
  expect(differences(catalog, again)).toEqual([]);
  expect(dumpText(again)).toBe(dumpText(catalog));
});

test("every object of a split dump has a file, and its table's file has its indexes", async () => {
  const database = await testDatabase(newestMajor);
  await database.run(`
    create schema "Odd/Name";
    create table "Odd/Name"."A" (b integer);
    create index i on "Odd/Name"."A" (b);
    create view v as select b from "Odd/Name"."A";
  `);
  const catalog = await catalogOf(database);
  const files = splitFiles(dumpParagraphs(catalog), preamble(catalog));
  expect(files.map(({ path }) => path)).toEqual([
    "%4fdd%2f%4eame/table/%41.sql",
    "public/view/v.sql",
    "schema/%4fdd%2f%4eame.sql",
  ]);
  expect(files[0]?.text).toContain("CREATE INDEX i");
});

describe.skipIf(!existsSync(schemas))("real schemas, where there are any", () => {
  const files = existsSync(schemas)
    ? readdirSync(schemas).filter((name) => name.endsWith(".sql"))
    : [];

  test.each(files)("%s comes back", { timeout: 120_000 }, async (file) => {
    const [original, copy] = [await testDatabase(newestMajor), await testDatabase(newestMajor)];
    await load(original, readFileSync(join(schemas, file), "utf8"));
    const catalog = await catalogOf(original);
    const text = dumpText(catalog);
    await copy.run(text);
    const again = await catalogOf(copy);
    expect(differences(catalog, again)).toEqual([]);
    expect(dumpText(again)).toBe(text);
    if (oraclePresent) expect(await judged(copy)).toEqual(await judged(original));
  });
});

/** As far as it goes: roles that a file wants are not the test's to make. */
async function load(database: TestDatabase, text: string): Promise<void> {
  const client = await database.connect();
  for (const statement of text.split(/;[ \t]*\n(?=\S)/)) {
    await client.query(statement).catch(() => undefined);
  }
}

/** What differs apart from secrets and what hangs on them. */
function differences(left: Catalog, right: Catalog): readonly string[] {
  const { added, removed, changed } = compareCatalogs(left, right, "strict");
  return [
    ...[...added, ...removed].map(({ id }) => id),
    ...changed.flatMap(({ id, attributes }) =>
      attributes.flatMap(({ attribute }) =>
        attribute === "secrets" ? [] : [`${id} ${attribute}`],
      ),
    ),
  ];
}

async function judged(database: TestDatabase): Promise<readonly string[]> {
  const lines = await oracleLines(database.url);
  return lines.filter((line) => !/^(sub|um) /.test(line));
}

test("until when a role is valid is said with its time zone, since the one that a dump is loaded in may be another", async () => {
  const database = await testDatabase();
  const role = await testRole(database.major, "valid until '2030-01-01 01:00+01'");
  const catalog = await catalogOf(database, { roles: [role] });
  expect(dumpText(catalog)).toContain("VALID UNTIL '2030-01-01 00:00:00+00'");
});

test("a membership comes after the one by which its grantor may give it, and what is set for all roles is said", async () => {
  const cluster = await ownCluster();
  const url = await cluster.url();
  const client = new pg.Client(url);
  await client.connect();
  await client.query(`
    create role readers; create role anna; create role zoe;
    grant readers to zoe with admin option; grant readers to anna granted by zoe;
    alter role all set jit = off`);
  await client.end();
  const text = dumpText(await catalogOf({ url }, { roles: ["*"] }));
  expect(text.split("\n").filter((line) => /^(?:GRANT|ALTER)/.test(line))).toEqual([
    "GRANT readers TO zoe WITH ADMIN OPTION;",
    "GRANT readers TO anna GRANTED BY zoe;",
    "ALTER ROLE ALL SET jit TO 'off';",
  ]);
  const some = dumpText(await catalogOf({ url }, { roles: ["anna"] }));
  expect(some).not.toContain("ROLE ALL");
});
