/**
 * The proof on whole projects: the examples are in lockstep; three public projects that keep a complete schema and
 * upgrade steps by hand are not, and this is what is found.
 */
import { cpSync, existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { testDatabase } from "../support/database.ts";
import { folderWith, writeFiles } from "../support/folders.ts";
import { runLockstep } from "../support/lockstep.ts";
import { proveFolder, refutations } from "../support/prove.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const histories = join(root, "..", "shared", "corpora", "histories");

for (const [example, ways] of [
  ["cashsouk", ["fresh from empty"]],
  ["taskflow", ["fresh", "upgraded from 0.9.0"]],
  ["tdf-records", ["fresh"]],
  ["trossapp", ["fresh", "upgraded from empty"]],
  ["troupe-academy", ["declared"]],
] as const) {
  test(`the example ${example} is in lockstep`, async () => {
    const report = await proveFolder(join(root, "examples", example));
    expect(refutations(report)).toEqual([]);
    expect(report.verdict).toBe("proved");
    const proved = report.parts.filter(
      ({ kind, outcome }) => kind === "way" && outcome === "proved",
    );
    expect(proved.map(({ subject }) => subject)).toEqual(expect.arrayContaining([...ways]));
  });
}

async function corpus(name: string, config: object): Promise<string> {
  const folder = await folderWith({});
  cpSync(join(histories, name), folder, { recursive: true });
  await writeFiles(folder, { "lockstep.config.json": JSON.stringify(config) });
  return folder;
}

test.skipIf(!existsSync(histories))(
  "temporal's upgrade steps leave a table and defaults that its complete schema does not have",
  async () => {
    const folder = await corpus("temporal", {
      baseline: "temporal/schema.sql",
      migrations: "temporal/versioned",
    });
    expect(refutations(await proveFolder(folder))).toEqual([
      "upgraded from empty: 25 migrations, none left out: ends elsewhere than fresh",
      "default public.queue.message_encoding: right only",
      "default public.queue_metadata.data_encoding: right only",
      "default public.queue_metadata.version: right only",
      "table public.cluster_metadata: right only",
    ]);
  },
);

test.skipIf(!existsSync(histories))(
  "memos and guacamole keep no schema that their oldest upgrade step could begin with",
  async () => {
    const memos = await proveFolder(
      await corpus("memos", { baseline: "LATEST.sql", migrations: "." }),
    );
    expect(refutations(memos)).toEqual([
      'upgraded from empty: 26 migrations, none left out: 0.19/00__add_resource_name.sql:1: relation "memo" does not exist',
    ]);
    const guacamole = await proveFolder(
      await corpus("guacamole", {
        baseline: "001-create-schema.sql",
        migrations: "upgrade",
        seeds: "002-create-admin-user.sql",
      }),
    );
    expect(refutations(guacamole)).toEqual([
      'upgraded from empty: 9 migrations, none left out: upgrade/upgrade-pre-0.9.7.sql:24: relation "guacamole_user" does not exist',
    ]);
    const seeds = guacamole.parts.find(({ kind }) => kind === "seeds");
    expect(seeds?.reason).toBe("they load: 11 rows");
  },
);

test("as a user types it: a table, exit 0 and 4, the difference with both texts, JSON", async () => {
  const folder = await folderWith({
    "migrations/001_people.sql": "create table people (id int primary key);\n",
    "migrations/002_name.sql": "alter table people add name text not null default '';\n",
    "schema.sql":
      "-- Includes migrations up to: 002_name\ncreate table people (id int primary key, name text not null default '');\n",
  });
  const good = await runLockstep(["test"], { cwd: folder });
  expect(good.stderr).toContain(
    "in lockstep: 2 of 2 proved at level column-order on PostgreSQL 18",
  );
  expect(good.exitCode).toBe(0);
  await writeFiles(folder, {
    "schema.sql":
      "-- Includes migrations up to: 002_name\ncreate table people (id int primary key, name varchar(9) not null default '');\n",
  });
  const bad = await runLockstep(["test"], { cwd: folder });
  expect(bad.exitCode).toBe(4);
  expect(bad.stdout).toContain("column public.people.name\n    type\n");
  expect(bad.stdout).toMatch(/fresh +character varying\(9\)\n +upgraded from empty +text\n/);
  const json = await runLockstep(["test", "--json"], { cwd: folder });
  expect(json.json()).toMatchObject({ formatVersion: 1, verdict: "refuted", major: 18 });
});

test("a database that came back from a dump in other words is no drift", async () => {
  const database = await testDatabase(18);
  const folder = await folderWith({
    "migrations/001_people.sql":
      "create table people (id int primary key, mood varchar(10) check (mood in ('sad', 'glad')));\ncreate view moods as select id from people where mood in ('sad', 'glad');\ncreate index people_glad on people (id) where mood in ('glad', 'sad');\n",
  });
  const env = { DATABASE_URL: database.url };
  expect((await runLockstep(["deploy"], { cwd: folder, env })).exitCode).toBe(0);
  expect((await runLockstep(["test", "--write"], { cwd: folder })).exitCode).toBe(0);
  // What a restore of the server's own text makes of them.
  const [constraint] = await database.query(
    "select pg_get_constraintdef(oid) as text from pg_constraint where conname = 'people_mood_check'",
  );
  const [view] = await database.query("select pg_get_viewdef('moods') as text");
  const [index] = await database.query("select pg_get_indexdef('people_glad'::regclass) as text");
  await database.run(`
    alter table people drop constraint people_mood_check;
    alter table people add constraint people_mood_check ${String(constraint?.["text"])};
    drop view moods; create view moods as ${String(view?.["text"])};
    drop index people_glad; ${String(index?.["text"])};`);
  const [again] = await database.query(
    "select pg_get_constraintdef(oid) as text from pg_constraint where conname = 'people_mood_check'",
  );
  expect(again?.["text"]).not.toBe(constraint?.["text"]);
  const run = await runLockstep(["verify", "--json"], { cwd: folder, env });
  const against = "lockstep.lock, after 001_people";
  expect(run.json()).toMatchObject({ isEqual: true, schema: { kind: "equal", against } });
  expect(run.exitCode).toBe(0);
});
