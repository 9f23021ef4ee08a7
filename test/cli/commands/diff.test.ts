/** `lockstep diff NAME`: a migration with its way back, and what part of a difference it is. */
import { readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { testDatabase } from "../../support/database.ts";
import { deployFolder } from "../../support/deploy.ts";
import { folderWith, writeFiles } from "../../support/folders.ts";
import { runLockstep } from "../../support/lockstep.ts";
import { testMajors } from "../../support/servers.ts";

const first = "create table people (id int primary key, name text);\n";
const second =
  "create type mood as enum ('a', 'b');\ncreate table people (id int primary key, full_name text, mood mood default 'b');\n";

test("edit, diff NAME, test: the migration, its way back and the lock file's line are there and hold", async () => {
  const cwd = await folderWith({
    "lockstep.config.json": '{"declared":"schema.sql"}',
    "schema.sql": first,
  });
  const made = await runLockstep(["diff", "create", "people"], { cwd });
  expect([made.exitCode, made.stderr]).toEqual([
    0,
    expect.stringContaining("proved there and back"),
  ]);
  await writeFile(join(cwd, "schema.sql"), second);
  const vague = await runLockstep(["diff", "update", "--allow-drop", "column"], { cwd });
  expect([vague.exitCode, vague.stderr]).toEqual([
    2,
    expect.stringContaining("PROJECT.NAME_VAGUE"),
  ]);
  const next = await runLockstep(["diff", "split name", "--allow-drop", "column"], { cwd });
  const [up = "", down = "", lock = ""] = next.stdout.trim().split("\n");
  expect([up, down, lock]).toEqual([
    expect.stringMatching(/^migrations\/\d+_\d+_split_name\.sql$/),
    expect.stringMatching(/_split_name\.down\.sql$/),
    "lockstep.lock",
  ]);
  const way = await readFile(join(cwd, down), "utf8");
  expect(way).toContain("cannot bring back:\n--   the values of column public.people.name\n");
  expect(way).toContain("ALTER TABLE public.people ADD COLUMN name text;");
  const proof = await runLockstep(["test"], { cwd });
  expect([proof.exitCode, proof.stdout]).toEqual([
    0,
    expect.stringContaining("2 fingerprints hold"),
  ]);
  const nothing = await runLockstep(["diff", "nothing left"], { cwd });
  expect([nothing.exitCode, nothing.stdout, nothing.stderr]).toEqual([
    0,
    "",
    "equal: migrations -> declared\n",
  ]);
  expect(await readdir(join(cwd, "migrations"))).toHaveLength(4);
});

test("a migration takes the folder's manner, and begins where the migrations end", async () => {
  const cwd = await folderWith({
    "migrations/V1__people.sql": first,
    "migrations/V1__people.down.sql": "drop table people;",
    "new.sql": `${first}create table pets (id int);\n`,
  });
  const run = await runLockstep(
    ["diff", "add pets", "--to", "file:new.sql", "--no-down", "--json"],
    { cwd },
  );
  expect(run.json()).toMatchObject({
    migration: { id: "V2__add_pets" },
    proof: { kind: "proved" },
  });
  const other = await runLockstep(
    ["diff", "add pets", "--from", "file:new.sql", "--to", "migrations"],
    { cwd },
  );
  expect([other.exitCode, other.stderr]).toEqual([
    2,
    expect.stringContaining("--from file:new.sql is another schema"),
  ]);
});

test("--additive drops nothing and says what it left; --filter takes a part that can stand alone", async () => {
  const cwd = await folderWith({
    "old.sql":
      "create table a (id int, x int); create table b (id int); create view w as select id from b;",
    "new.sql":
      "create table a (id int, y int); create schema app; create table app.c (id int); create view app.d as select y from a;",
  });
  const args = ["diff", "--from", "file:old.sql", "--to", "file:new.sql"];
  const additive = await runLockstep([...args, "--additive"], { cwd });
  expect(additive.stdout).not.toContain("drop");
  expect(additive.stderr).toContain("left as it is (--additive): table:public.b\n");
  expect(additive.stderr).toContain("left as it is (--additive): column:public.a.x\n");
  // What stays is in nobody's way, and no reason to make the table again.
  expect(additive.stderr).not.toContain("another order");
  const ordered = await runLockstep([...args, "--additive", "--column-order", "rebuild"], { cwd });
  expect([ordered.exitCode, ordered.stdout]).toEqual([0, additive.stdout]);
  const part = await runLockstep([...args, "--filter", "a", "--allow-drop", "column"], { cwd });
  expect(part.stdout).toBe("drop column:public.a.x (drops columns)\ncreate column:public.a.y\n");
  const kind = await runLockstep(
    [...args, "--filter", "table:*,!app.*", "--allow-drop", "column"],
    { cwd },
  );
  expect([kind.exitCode, kind.stderr]).toEqual([2, expect.stringContaining("DIFF.FILTER")]);
  const torn = await runLockstep([...args, "--filter", "app.d"], { cwd });
  expect(torn.stderr).toContain("view app.d needs column public.a.y, which is left out");
  const none = await runLockstep([...args, "--filter", "a,!viw"], { cwd });
  expect(none.stderr).toContain('DIFF.FILTER: no object of either side fits "!viw"');
  const typo = await runLockstep([...args, "--filter", "tabel:a"], { cwd });
  expect([typo.exitCode, typo.stderr]).toEqual([2, expect.stringContaining("USAGE.INVALID")]);
});

test("--filter by the word that SQL has for several kinds, and by a schema with all that is in it", async () => {
  const cwd = await folderWith({
    "old.sql": "create table a (id int);",
    "new.sql":
      "create table b (id int); create domain d as int; create type e as enum ('x'); create function f() returns int language sql return 1; create schema app; create table app.c (id int);",
  });
  const args = ["diff", "--from", "file:old.sql", "--to", "file:new.sql", "--filter"];
  const found = await runLockstep([...args, "type:*,routine:f"], { cwd });
  expect(found.stdout.split("\n").toSorted().slice(1)).toEqual([
    "create domain:public.d",
    "create enum:public.e",
    "create function:public.f()",
  ]);
  const back = ["diff", "--from", "file:new.sql", "--to", "file:old.sql"];
  const gone = await runLockstep([...back, "--allow-drop", "type,routine,table,schema"], { cwd });
  expect(gone.stdout).toContain("drop enum:public.e\n");
  const none = await runLockstep([...args, "type:b"], { cwd });
  expect(none.stderr).toContain('DIFF.FILTER: no object of either side fits "type:b"');
  const schema = await runLockstep([...args, "app.*"], { cwd });
  expect(schema.stdout).toBe("create schema:app\ncreate table:app.c\n");
});

test("a plan between schemas with subscriptions and secrets is proved, though a copy has the one and a catalog not the other", async () => {
  const database = await testDatabase();
  const subscribed =
    "create foreign data wrapper w;\ncreate server s foreign data wrapper w options (password 'p');\ncreate subscription x connection 'host=a password=p' publication p with (connect = false, slot_name = none);\ncomment on subscription x is 'y';\n";
  await database.run(subscribed);
  const cwd = await folderWith({
    "old.sql": subscribed,
    "new.sql": `${subscribed}create table t (id int);`,
  });
  try {
    for (const from of [database.url, "file:old.sql"]) {
      const run = await runLockstep(["diff", "--from", from, "--to", "file:new.sql", "--sql"], {
        cwd,
      });
      expect([run.exitCode, run.stderr]).toEqual([0, expect.stringContaining("proved in scratch")]);
      expect(run.stdout).toBe("BEGIN;\n\nCREATE TABLE public.t (\n    id integer\n);\n\nCOMMIT;\n");
    }
  } finally {
    await database.run("drop subscription x");
  }
});

test("columns in another order are named, and put in order when that is asked for, with the table's numbers", async () => {
  const database = await testDatabase();
  const cwd = await folderWith({
    "new.sql":
      "create table t (id serial primary key, n text default 'q', k int generated always as identity, a text default 'b');\nalter table t cluster on t_pkey;" +
      "create table m (k int, v text default 'b') partition by range (k); create table m1 partition of m for values from (0) to (9);",
  });
  await database.run(
    "create table t (id serial primary key, k int generated always as identity, a text default 'a'); alter table t cluster on t_pkey; create table m (k int, v text default 'a') partition by range (k); create table m1 partition of m for values from (0) to (9); insert into t (a) select 'r' || n from generate_series(1, 5) n",
  );
  const args = ["diff", "--from", database.url, "--to", "file:new.sql"];
  const kept = await runLockstep(args, { cwd });
  // Texts are settled in scratch with parts of both sides, in which a partition has all of its columns.
  expect(kept.stdout).toBe(
    "alter default:public.m.v\nalter default:public.t.a\ncreate column:public.t.n\n",
  );
  expect(kept.stderr).toContain("columns stay in another order: public.t\n");
  const plan = await runLockstep([...args, "--column-order", "rebuild", "--sql"], { cwd });
  expect([plan.exitCode, plan.stderr]).toEqual([
    0,
    expect.stringMatching(/^proved in scratch in [^\n]*, with rows in 2 tables\n/),
  ]);
  await database.run(plan.stdout);
  await database.run("insert into t (a) values ('new')");
  expect(await database.query("select * from t where id in (1, 5, 6) order by id")).toEqual([
    { id: 1, n: "q", k: 1, a: "r1" },
    { id: 5, n: "q", k: 5, a: "r5" },
    { id: 6, n: "q", k: 6, a: "new" },
  ]);
  expect(Object.keys((await database.query("select * from t"))[0] ?? {})).toEqual([
    "id",
    "n",
    "k",
    "a",
  ]);
  const rest = await runLockstep([...args, "--exit-code"], { cwd });
  expect([rest.exitCode, rest.stderr]).toEqual([0, expect.not.stringContaining("order")]);
});

test("a rename is read in a file that the schema includes, and a file of the folder that another reads loads once", async () => {
  const cwd = await folderWith({
    "lockstep.config.json": JSON.stringify({ declared: "schema" }),
    "migrations/001_a.sql": "create table people (id int primary key, full_name text);",
    "schema/10_main.sql": "\\ir parts/people.sql\ncreate table orders (id int);",
    "schema/parts/people.sql":
      "-- lockstep: renamed from people\ncreate table persons (id int primary key, name text -- lockstep: renamed from full_name\n);",
  });
  const run = await runLockstep(["diff", "--to", "declared", "--no-prove"], { cwd });
  expect([run.exitCode, run.stdout.split("\n")]).toEqual([
    0,
    expect.arrayContaining([
      "rename table:public.people to public.persons",
      "rename column:public.persons.full_name to public.persons.name",
      "create table:public.orders",
    ]),
  ]);
  const again = await runLockstep(["diff", "--from", "file:schema", "--to", "declared"], { cwd });
  expect([again.exitCode, again.stdout]).toEqual([0, ""]);
});

test("a command that prints no UTF-8, or fails, is refused with its code, and says no password", async () => {
  const says = async (script: string): Promise<string> => {
    const command = `"${process.execPath}" -e "${script}"`;
    const cwd = await folderWith({
      "lockstep.config.json": JSON.stringify({ declared: { command } }),
    });
    const run = await runLockstep(["diff", "--from", "empty", "--to", "declared"], { cwd });
    expect(run.exitCode).toBe(2);
    return run.stderr;
  };
  expect(await says("process.stdout.write(Buffer.from([0x63, 0xff]))")).toMatch(
    /PROJECT\.ENCODING.*not UTF-8 \(0xff\)/,
  );
  const failed = await says("console.error('postgres://me:hunter2@db/x is away'); process.exit(3)");
  expect(failed).toMatch(/SOURCE\.COMMAND_FAILED.*ended with 3[^]*is away/);
  expect(failed).not.toContain("hunter2@");
  // As drizzle-kit does where it can't read its own schema.
  const silent = await says("console.error('Transform failed')");
  expect(silent).toMatch(
    /SOURCE\.COMMAND_FAILED.*printed nothing[^]*Transform failed[^]*a comment/,
  );
});

test("drift that becomes a migration says how the database that has it already is told", async () => {
  const database = await testDatabase();
  const cwd = await folderWith({ "migrations/001_a.sql": "create table a (x int);" });
  const env = { DATABASE_URL: database.url };
  await runLockstep(["deploy"], { cwd, env });
  await database.run("alter table a add phone text");
  const args = ["diff", "adopt", "phone", "--to", "live"];
  const adopted = await runLockstep(args, { cwd, env });
  expect(adopted.stderr).toMatch(/lockstep repair --mark-done 002_adopt_phone\n/);
  const told = await runLockstep(["repair", "--mark-done", "002_adopt_phone"], { cwd, env });
  expect(told.exitCode, told.stderr).toBe(0);
  const after = await runLockstep(["deploy", "--verify", "always"], { cwd, env });
  expect([after.exitCode, after.stdout]).toEqual([0, expect.not.stringContaining("002")]);
});

test("an additive plan keeps a key with its columns, changes what a view shows, and has no second primary key", async () => {
  const cwd = await folderWith({
    "keyed.sql":
      "create table a (id int primary key, x int); create view v as select id, x from a; create table b (id int constraint b_pk primary key);",
    "bare.sql":
      "create table a (id int, x int, y int); create view v as select id from a; create table b (id int constraint b_pk primary key);",
    "other.sql": "create table b (id int constraint b_key primary key);",
  });
  const [kept, second] = await Promise.all(
    ["bare", "other"].map((name) =>
      runLockstep(["diff", "--from", "file:keyed.sql", "--to", `file:${name}.sql`, "--additive"], {
        cwd,
      }),
    ),
  );
  expect([kept?.exitCode, kept?.stdout]).toEqual([
    0,
    "drop view:public.v\ncreate column:public.a.y\ncreate view:public.v\n",
  ]);
  expect(kept?.stderr).not.toContain("column:public.v.x");
  // What a view shows holds no rows: the word for columns, which hold some, says nothing about it.
  await writeFiles(cwd, {
    "old.sql": "create view v as select 1 as old;",
    "new.sql": "create view v as select 1 as new;",
  });
  const sides = ["diff", "--from", "file:old.sql", "--to", "file:new.sql", "--no-prove"];
  const shown = await runLockstep([...sides, "--allow-drop", "column"], { cwd });
  expect(shown.stderr).toContain("--allow-drop column,view");
  expect(second?.stderr).toContain(
    "DIFF.DROPS: constraint:public.b.b_pk would have to go for constraint:public.b.b_key",
  );
});

test("a renamed column's NOT NULL, which has a name on 18, keeps no older server from the migration", async () => {
  const cwd = await folderWith({
    "migrations/001_a.sql": `create table a (x text not null);
      create table p (x int not null, k int) partition by list (k); create table p1 partition of p default;`,
    "schema.sql": `create table a (
        y text not null -- lockstep: renamed from x
      );
      create table p (
        y int not null, -- lockstep: renamed from x
        k int
      ) partition by list (k);
      create table p1 partition of p default;`,
    "lockstep.config.json": '{ "declared": "schema.sql" }',
  });
  const made = await runLockstep(["diff", "call x y"], { cwd });
  expect(made.exitCode, made.stderr).toBe(0);
  expect(made.stderr).toContain("made and proved on PostgreSQL");
  for (const major of testMajors) {
    const { url } = await testDatabase(major);
    await deployFolder(cwd, url);
    const same = await runLockstep(["verify", "--against", "declared", "--level", "strict"], {
      ...{ cwd, env: { DATABASE_URL: url } },
    });
    expect(same.exitCode, same.stdout).toBe(0);
  }
});

test("two schemas in the place of a name are no name, and the flags that take them are said", async () => {
  const cwd = await folderWith({ "a.sql": first, "b.sql": second });
  const files = await runLockstep(["diff", "file:a.sql", "file:b.sql"], { cwd });
  expect([files.exitCode, files.stderr]).toEqual([
    2,
    expect.stringContaining("lockstep diff --from file:a.sql --to file:b.sql"),
  ]);
  const words = await runLockstep(["diff", "live", "declared"], { cwd });
  expect([words.exitCode, words.stderr]).toEqual([
    2,
    expect.stringContaining("lockstep diff --from live --to declared"),
  ]);
  const address = "postgres://me:secret@nowhere/x";
  const url = await runLockstep(["diff", address, "file:b.sql"], { cwd });
  expect([url.exitCode, url.stderr]).toEqual([
    2,
    expect.stringContaining("lockstep diff --from SOURCE --to SOURCE"),
  ]);
  expect(url.stderr).not.toContain("secret");
});
