/** From a SOURCE to a catalog: files and folders in scratch, what a project holds, and errors at the right statement. */
import { expect, onTestFinished, test } from "vitest";
import { compose } from "../../../src/compose.ts";
import { LockstepError } from "../../../src/core/errors.ts";
import type { Catalog } from "../../../src/catalog/fact.ts";
import { fingerprint } from "../../../src/catalog/fingerprint.ts";
import { readSource } from "../../../src/deploy/steps/source/read.ts";
import { parseSource } from "../../../src/deploy/steps/source/spec.ts";
import { dumpParagraphs, preamble } from "../../../src/plan/dump.ts";
import { splitFiles } from "../../../src/plan/dump_files.ts";
import { sourcePortsOf } from "../../../src/source-ports.ts";
import { testDatabase } from "../../support/database.ts";
import { folderWith } from "../../support/folders.ts";
import { newestMajor } from "../../support/servers.ts";

type Files = Readonly<Record<string, string>>;

async function catalogOfSource(files: Files, source: string): Promise<Catalog> {
  const folder = await folderWith(files);
  const parts = compose({
    workingFolder: folder,
    projectFolder: folder,
    environment: process.env,
    note: () => undefined,
  });
  onTestFinished(() => parts.close());
  const ports = sourcePortsOf({ parts, workingFolder: folder, progress: () => undefined });
  return await readSource(parseSource(source), ports, { major: newestMajor });
}

async function failureOf(files: Files, source: string): Promise<LockstepError> {
  const outcome = await catalogOfSource(files, source).catch((error: unknown) => error);
  if (outcome instanceof LockstepError) return outcome;
  throw new Error("it should have failed", { cause: outcome });
}

test("a folder's files load in whatever order there is one", async () => {
  const files = {
    "schema/a_views.sql": "create view v as select id, total(id) from orders;",
    "schema/b_functions.sql":
      "create function total(bigint) returns numeric language sql as 'select sum(amount) from lines where order_id = $1';",
    "schema/c_lines.sql":
      "create table lines (order_id bigint references orders, amount numeric, state state);",
    "schema/d/orders.sql": "create table orders (id bigint primary key);",
    "schema/e_types.sql": "create type state as enum ('open', 'done');",
  };
  const catalog = await catalogOfSource(files, "file:schema");
  expect(catalog.facts.has("view:public.v")).toBe(true);
  const inOrder = ["e_types", "d/orders", "c_lines", "b_functions", "a_views"]
    .map((name) => files[`schema/${name}.sql` as keyof typeof files])
    .join("\n");
  const single = await catalogOfSource({ "schema.sql": inOrder }, "file:schema.sql");
  expect(fingerprint(single, "strict")).toBe(fingerprint(catalog, "strict"));
});

test("tables that refer to each other across files load", async () => {
  const files = {
    "s/a.sql":
      "create table a (id int primary key, b int);\nalter table a add foreign key (b) references b;",
    "s/b.sql":
      "create table b (id int primary key, a int);\nalter table b add foreign key (a) references a;",
  };
  const catalog = await catalogOfSource(files, "file:s");
  expect(catalog.facts.has("constraint:public.a.a_b_fkey")).toBe(true);
  expect(catalog.facts.has("constraint:public.b.b_a_fkey")).toBe(true);
});

test("what is altered if it exists, in a file that comes before its own, is altered all the same", async () => {
  const files = {
    "s/1_more.sql": `alter table if exists t add column b integer;
      alter table if exists t rename column a to c;
      alter view if exists v set (security_barrier);
      alter table if exists nowhere add column b integer`,
    "s/2_tables.sql": "create table t (a integer);",
    "s/3_views.sql": "create view v as select b, c from t;",
    "s/4_clears.sql": `alter table if exists u drop constraint if exists k;
      alter table if exists u alter a drop default;
      alter table if exists u add column if not exists b integer;
      create table u (a integer default 1 constraint k check (a > 0));`,
  };
  const { facts } = await catalogOfSource(files, "file:s");
  const ids = [...facts.keys()].filter((id) => /^(column|constraint|default):/.test(id)).sort();
  expect(ids).toEqual([
    "column:public.t.b",
    "column:public.t.c",
    "column:public.u.a",
    "column:public.v.b",
    "column:public.v.c",
    "constraint:public.u.k",
    "default:public.u.a",
  ]);
  expect(facts.get("view:public.v")?.payload).toHaveProperty("options");
});

test("what is altered if it exists, and is there and refuses it, is the statement that is wrong", async () => {
  const files = {
    "s/1.sql": "alter table if exists t add column a integer;",
    "s/2.sql": "create table t (a integer);",
  };
  await expect(catalogOfSource(files, "file:s")).rejects.toMatchObject({
    code: "SOURCE.STATEMENT_FAILED",
    where: { file: "s/1.sql", line: 1 },
  });
});

test("what each file sets is in force for what is tried again", async () => {
  const files = {
    "s/1.sql":
      "create schema one;\nset search_path = one;\ncreate table t (id int references other);",
    "s/2.sql": "create table one.other (id int primary key);",
  };
  const catalog = await catalogOfSource(files, "file:s");
  expect(catalog.facts.has("table:one.t")).toBe(true);
});

test("a file fails at the statement that is wrong, with its line and a caret", async () => {
  const sql =
    "create table t (id int);\n\ncreate index on t (id);\ncreate view v as\n  select nothing from t;\n";
  const error = await failureOf({ "schema.sql": sql }, "file:schema.sql");
  expect(error.code).toBe("SOURCE.STATEMENT_FAILED");
  expect(error.where).toEqual({ file: "schema.sql", line: 5, column: 10 });
  expect(error.sqlState).toBe("42703");
  expect(error.state).toContain("nothing was changed");
  expect(error.notes.join("\n")).toContain("^");
});

test("of a folder the statement is named that is truly wrong, not those that wait for it", async () => {
  const files = {
    "s/a.sql": "create view a as select id from b;",
    "s/b.sql": "create table b (id int primary key, c unknown_type);",
    "s/c.sql": "create table c (id int references b);",
  };
  const error = await failureOf(files, "file:s");
  expect(error.where).toMatchObject({ file: "s/b.sql", line: 1 });
  expect(error.message).toContain("unknown_type");
});

test("a name within a longer one makes nothing, and what lacks a function is not the one that is wrong", async () => {
  const lacksType = await failureOf(
    {
      "s/a.sql": "create table a (during daterange references b);",
      "s/b.sql": "create table b (during daterang primary key);",
    },
    "file:s",
  );
  expect([lacksType.where?.file, lacksType.message]).toEqual([
    "s/b.sql",
    expect.stringContaining('"daterang" does not exist'),
  ]);
  const lacksFunction = await failureOf(
    {
      "s/a.sql":
        "create table t (a int); create trigger g before insert on t for each row execute function public.f();",
      "s/b.sql":
        "create function public.f() returns triger language plpgsql as 'begin return new; end';",
    },
    "file:s",
  );
  expect([lacksFunction.where?.file, lacksFunction.message]).toEqual([
    "s/b.sql",
    expect.stringContaining('"triger" does not exist'),
  ]);
});

test("an index of a partitioned table takes up what a partition's own file makes, whichever comes first", async () => {
  const catalog = await catalogOfSource(
    {
      "s/a_parent.sql":
        "create table p (at date, label text) partition by range (at); create index p_label on p (label); alter table p add constraint p_key primary key (at);",
      "s/b_part.sql": `create table p1 partition of p for values from ('2024-01-01') to ('2025-01-01');
        create index p1_label_idx on p1 (label); alter table p1 add constraint p1_pkey primary key (at);`,
    },
    "file:s",
  );
  expect(catalog.facts.get("index:public.p1_label_idx")?.payload).toMatchObject({
    attachedTo: { schema: "public", name: "p_label" },
  });
  expect(catalog.facts.get("constraint:public.p1.p1_pkey")?.payload).toMatchObject({
    attachedTo: { schema: "public", name: "p_key" },
  });
});

test("a dump in several files makes what was dumped: partitions, default privileges, event triggers, base types", async () => {
  const database = await testDatabase(newestMajor);
  await database.run(`
    create table p (at date, label text) partition by range (at);
    create table a_part partition of p for values from ('2024-01-01') to ('2025-01-01');
    create index named_by_hand on a_part (label);
    create table z_part partition of p default partition by list (label);
    create table z_part_all partition of z_part default;
    create index on z_part_all (label);
    create index p_label on p (label);
    create type color;
    create function color_in(cstring) returns color language internal immutable strict as 'int4in';
    create function color_out(color) returns cstring language internal immutable strict as 'int4out';
    create type color (input = color_in, output = color_out, like = integer);
    create function a_first() returns trigger language plpgsql as 'begin return new; end';
    create trigger first before insert on p for each row execute function a_first();
    create function on_ddl() returns event_trigger language plpgsql
      as 'begin raise exception ''no more''; end';
    alter default privileges grant select on tables to pg_monitor;
    alter default privileges revoke execute on functions from public;
    create event trigger watch on ddl_command_end execute function on_ddl()`);
  const catalog = await catalogOfSource({}, database.url);
  const files = splitFiles(dumpParagraphs(catalog), preamble(catalog));
  expect(files.map(({ path }) => path)).toEqual([
    "last/default_privileges.sql",
    "last/event_trigger/watch.sql",
    "public/base_type/color.sql",
    "public/function/a_first.sql",
    "public/function/color_in.sql",
    "public/function/color_out.sql",
    "public/function/on_ddl.sql",
    "public/table/p.sql",
  ]);
  const named = Object.fromEntries(files.map(({ path, text }) => [`parts/${path}`, text]));
  const again = await catalogOfSource(named, "file:parts");
  expect(fingerprint(again, "strict")).toBe(fingerprint(catalog, "strict"));
});

test("roles that the SQL names are made, and are gone afterwards", async () => {
  const sql = `
    create table t (id int);
    alter table t owner to somebody_of_this_test;
    grant select on t to another_of_this_test;`;
  for (const _again of [1, 2]) {
    const catalog = await catalogOfSource({ "schema.sql": sql }, "file:schema.sql");
    expect(catalog.facts.get("table:public.t")?.payload).toEqual({
      owner: "somebody_of_this_test",
    });
    expect(catalog.facts.has("grant:table:public.t->another_of_this_test")).toBe(true);
  }
});

test("an extension that the server lacks is named, with the way out", async () => {
  const error = await failureOf({ "a.sql": "create extension no_such_thing;" }, "file:a.sql");
  expect(error.code).toBe("SOURCE.EXTENSION");
  expect(error.message).toContain("no_such_thing");
  expect(error.next).toContain("SCRATCH_URL");
});

test("psql's dialect, COPY and includes load as psql would load them", async () => {
  const files = {
    "main.sql": `
\\set name things
create table :name (id int, label text);
copy things from stdin;
1\tone
\\.
\\ir parts/more.sql
`,
    "parts/more.sql": "create index things_id on things (id);",
  };
  const catalog = await catalogOfSource(files, "file:main.sql");
  expect([...catalog.facts.keys()]).toContain("index:public.things_id");
});

const project: Files = {
  "lockstep.config.json": '{ "baseline": "init.sql", "declared": "schema.sql" }',
  "init.sql": "-- Includes migrations up to: 001_start\ncreate table t (id int primary key);",
  "migrations/001_start.sql": "create table t (id int primary key);",
  "migrations/002_more.sql": "alter table t add name text;",
  "migrations/003_state.sql":
    "create type state as enum ('a');\nalter type state add value 'b';\nalter table t add s state default 'b';",
  "schema.sql":
    "create type state as enum ('a', 'b');\ncreate table t (id int primary key, name text, s state default 'b');",
};

test("baseline, migrations and declared schema of a project arrive at the same catalog", async () => {
  const names = ["baseline", "migrations", "declared"];
  const catalogs = await Promise.all(names.map((name) => catalogOfSource(project, name)));
  const [baseline, migrations, declared] = catalogs.map((catalog) => fingerprint(catalog));
  expect(baseline).toBe(migrations);
  expect(declared).toBe(migrations);
});

test("a migration runs in one transaction where a deploy would run it so", async () => {
  const files = {
    "migrations/001_a.sql":
      "create temp table kept on commit drop as select 'x'::text as name;\ncreate table t (id int);\nset local search_path = pg_catalog;\nlock table public.t;\ncomment on table public.t is 'done';",
  };
  const catalog = await catalogOfSource(files, "migrations");
  expect(catalog.facts.has("comment:table:public.t")).toBe(true);
});

test("migrations in TypeScript take part", async () => {
  const files = {
    "migrations/001_a.sql": "create table t (id int);",
    "migrations/002_b.ts":
      "export async function up(db: any) { await db.query('alter table t add filled boolean'); }",
  };
  const catalog = await catalogOfSource(files, "migrations");
  expect(catalog.facts.has("column:public.t.filled")).toBe(true);
});

test("a declared schema may be what a command prints", async () => {
  const files = {
    "lockstep.config.json": '{ "declared": { "command": "echo \'create table t (id int);\'" } }',
  };
  const catalog = await catalogOfSource(files, "declared");
  expect(catalog.facts.has("table:public.t")).toBe(true);
});

test.each(["baseline", "migrations", "declared"])(
  "a project without %s says so",
  async (source) => {
    const error = await failureOf({ "readme.md": "" }, source);
    expect(error.code).toBe("SOURCE.ABSENT");
  },
);

test("who wants to edit a baseline reads how to declare it", async () => {
  const error = await failureOf({ "schema.sql": "create table t (id int);" }, "declared");
  expect(error.code).toBe("SOURCE.ABSENT");
  expect(error.message).toContain("schema.sql is its baseline");
  expect(error.next).toContain('{ "declared": "schema.sql" }');
});

test("what names no schema is refused without showing a password", async () => {
  expect(() => parseSource("mysql://me:secret@host/db")).toThrow(/mysql:\/\/\.\.\./);
  expect(() => parseSource("mysql://me:secret@host/db")).not.toThrow(/secret/);
  expect((await failureOf({}, "file:nowhere.sql")).code).toBe("SOURCE.FILE_ABSENT");
});

test("a database and the file that it was made of have the same fingerprint", async () => {
  const sql = "create table t (id serial primary key, name text not null check (name <> ''));";
  const database = await testDatabase();
  await database.run(sql);
  const live = await catalogOfSource({}, database.url.replace("postgresql:", "postgres:"));
  const file = await catalogOfSource({ "schema.sql": sql }, "file:schema.sql");
  expect(fingerprint(file, "strict")).toBe(fingerprint(live, "strict"));
});
