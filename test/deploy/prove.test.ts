/** The proof: every way to the schema ends in the same one, or the difference is named. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { testDatabase } from "../support/database.ts";
import { deployFolder } from "../support/deploy.ts";
import { folderWith } from "../support/folders.ts";
import { runLockstep } from "../support/lockstep.ts";
import { proveFolder, refutations } from "../support/prove.ts";
import { newestMajor } from "../support/servers.ts";

const people = "create table people (id int primary key, name text not null);\n";
const migrations = {
  "migrations/001_people.sql": people,
  "migrations/002_phone.sql": "alter table people add phone text;\n",
  "migrations/002_phone.down.sql": "alter table people drop phone;\n",
  "migrations/003_mood.sql":
    "create type mood as enum ('sad');\nalter type mood add value 'glad';\nalter table people add mood mood default 'glad';\ncreate index concurrently people_name on people (name);\n",
};
const complete =
  "create type mood as enum ('sad', 'glad');\ncreate table people (id int primary key, name text not null, phone text, mood mood default 'glad');\ncreate index people_name on people (name);\n";
const baseline = (upTo: string, sql: string): string =>
  `-- Schema Version: 1.0.0\n-- Includes migrations up to: ${upTo}\n${sql}`;

for (const major of [14, 18]) {
  test(`fresh, upgraded, declared and live are proved equal (${major})`, async () => {
    const live = await testDatabase(major);
    const folder = await folderWith({
      ...migrations,
      "schema.sql": baseline(
        "002_phone",
        "create table people (id int primary key, name text not null, phone text);",
      ),
      "lockstep.config.json": JSON.stringify({ baseline: "schema.sql", declared: "declared.sql" }),
      "declared.sql": complete,
      "seed.sql": "insert into people (id, name) values (1, 'Ada');",
    });
    await deployFolder(folder, live.url);
    const report = await proveFolder(folder, { url: live.url });
    expect(refutations(report)).toEqual([]);
    expect(report.verdict).toBe("proved");
    expect(report.major).toBe(major);
    expect(report.parts.map(({ kind, subject, outcome }) => [kind, subject, outcome])).toEqual([
      ["way", "fresh", "proved"],
      ["way", "upgraded from empty", "proved"],
      ["way", "declared", "proved"],
      ["way", "live", "proved"],
      ["down", "migrations/002_phone.down.sql", "proved"],
      ["seeds", "seed.sql", "proved"],
    ]);
    const ways = report.parts.filter(({ kind }) => kind === "way");
    expect(new Set(ways.map((part) => part.fingerprint)).size).toBe(1);
    const down = report.parts.find(({ kind }) => kind === "down");
    expect(down?.losses).toEqual(["column public.people.phone: 3 of 3 values"]);
  });
}

test("values that come back as others are told as lost: a default fills its column anew", async () => {
  const folder = await folderWith({
    ...migrations,
    "migrations/004_plan.sql":
      "alter table people add plan timestamptz not null default clock_timestamp(), add height int, add grade text default 'c'; alter table people rename name to called;",
    "migrations/004_plan.down.sql":
      "alter table people rename called to name; alter table people drop column plan, drop column height, drop column grade;",
  });
  const report = await proveFolder(folder);
  const down = report.parts.find(({ subject }) => subject === "migrations/004_plan.down.sql");
  expect(down?.outcome).toBe("proved");
  expect(down?.reason).toBe("up, down, up: rows or values are lost");
  expect(down?.losses).toEqual([
    "column public.people.plan: other values than before",
    "column public.people.height: 3 of 3 values",
    "column public.people.grade: other values than before",
  ]);
});

test("what a plan's check finds in made-up rows refutes neither the down file nor the fingerprint", async () => {
  const check = (label: string): string => `do $$ begin
    if exists (select from people where felt = '${label}') then
      raise exception using errcode = 'LSROW', message = 'DIFF.ROWS: 1 row stands in the way'; end if;
    end $$;`;
  const retype = (
    labels: string,
  ): string => `alter type mood rename to before; create type mood as enum (${labels});
    alter table people alter felt type mood using felt::text::mood; drop type before;`;
  const folder = await folderWith({
    "migrations/001_people.sql":
      "create type mood as enum ('sad', 'ok'); create table people (id int primary key, felt mood);",
    "migrations/002_mood.sql": `${check("ok")} ${retype("'sad', 'fine'")}`,
    "migrations/002_mood.down.sql": `${check("fine")} ${retype("'sad', 'ok'")}`,
  });
  const report = await proveFolder(folder, { write: true });
  expect(refutations(report)).toEqual([]);
  expect(report.parts.find(({ kind }) => kind === "down")?.losses).toEqual([
    "rows that it can't take back: 1 row stands in the way",
  ]);
  expect(await readFile(join(folder, "lockstep.lock"), "utf8")).not.toContain("unknown");
});

test("the table in which another tool keeps its history is dumped with the complete schema, and no migration is to make it", async () => {
  const cwd = await folderWith({
    "db/migrations/20240101000000_people.sql": `-- migrate:up\n${people}`,
    "db/schema.sql": `${people}create table schema_migrations (version varchar(128) primary key);
      insert into schema_migrations values ('20240101000000');`,
  });
  const report = await proveFolder(cwd);
  expect(refutations(report)).toEqual([]);
  expect(report.parts.find(({ subject }) => subject === "upgraded from empty")?.reason).toBe(
    "1 migration, none left out: ends where fresh ends, but for dbmate's public.schema_migrations",
  );
  const equal = await runLockstep(["diff", "--exit-code"], { cwd });
  expect(equal.exitCode, equal.stderr).toBe(0);
  await writeFile(
    join(cwd, "db/schema.sql"),
    "create table schema_migrations (version text, own int);",
  );
  const dropped = await runLockstep(["diff"], { cwd });
  expect(dropped.stderr).toContain("DIFF.DROPS: the plan drops table:public.people");
});

test("a difference in the baseline is named with both values", async () => {
  const wrong = complete
    .replace("phone text", "phone varchar(20)")
    .replace("name text", "name varchar");
  const exception = {
    ...{ object: "column:public.people.phone", attribute: "type" },
    ...{ values: ["varchar", "text"], reason: "by hand" },
  };
  const folder = await folderWith({
    ...migrations,
    "schema.sql": baseline("003_mood", wrong),
    "lockstep.config.json": JSON.stringify({ exceptions: [exception] }),
  });
  const report = await proveFolder(folder);
  expect(report.verdict).toBe("refuted");
  const other = "other values differ there: character varying(20) and text";
  expect(refutations(report)).toEqual([
    expect.stringContaining("ends elsewhere than fresh"),
    'column public.people.name type: "character varying" / "text"',
    'column public.people.phone type: "character varying(20)" / "text"',
    `column:public.people.phone type: ${other}`,
  ]);
});

test("a migration that does not run is refuted at its line, and nothing is said to be equal", async () => {
  const folder = await folderWith({
    ...migrations,
    "migrations/004_wrong.sql": "select 1;\nalter table people\n  drop column nope;\n",
    "schema.sql": baseline("003_mood", complete),
  });
  const report = await proveFolder(folder);
  expect(report.verdict).toBe("refuted");
  const outcomes = report.parts.filter(({ kind }) => kind === "way");
  expect(outcomes.map(({ subject, outcome }) => [subject, outcome])).toEqual([
    ["fresh", "refuted"],
    ["upgraded from empty", "refuted"],
  ]);
  expect(outcomes[0]?.reason).toContain("migrations/004_wrong.sql:2");
});

test("where scratch can't be had, what to do about it is said, and nothing of files or fingerprints that nobody tried", async () => {
  const cwd = await folderWith({ "migrations/001_people.sql": people });
  await proveFolder(cwd, { write: true, major: newestMajor });
  const env = { SCRATCH_URL: "postgres://app@127.0.0.1:1/app" };
  const { exitCode, stdout } = await runLockstep(["test"], { cwd, env });
  expect(exitCode).toBe(4);
  expect(stdout).toContain("CONNECT.REFUSED");
  expect(stdout).toContain("no migration was replayed, so its fingerprints were not looked at");
  expect(stdout.match(/hint: .*/g)).toEqual([
    "hint: Start the server, or check host and port; lockstep wait waits until it is up.",
  ]);
  expect(stdout).not.toContain("PostgreSQL 0");
});

test("a history whose first file alters what no file makes gets a word about its beginning, one with a slip does not", async () => {
  const hintsOf = async (sql: string): Promise<readonly (string | undefined)[]> => {
    const report = await proveFolder(await folderWith({ "migrations/001_phone.sql": sql }));
    return report.parts.map(({ hint }) => hint);
  };
  expect(await hintsOf("alter table people add phone text;\n")).toEqual([
    expect.stringContaining("where the oldest files are gone"),
  ]);
  expect(await hintsOf("select 1 / 0;\n")).toEqual([undefined]);
});

test("a baseline of several files is named by all of them, and an exception as the report prints its object", async () => {
  const folder = await folderWith({
    "db/one.sql": people,
    "db/two.sql": "create table pets (id int);\n",
    "migrations/001_people.sql": people,
    "lockstep.config.json": JSON.stringify({
      baseline: ["db/one.sql", "db/two.sql"],
      exceptions: [
        {
          object: "table public.pets",
          attribute: "presence",
          values: ["present", "absent"],
          reason: "kept by old releases",
        },
      ],
    }),
  });
  const report = await proveFolder(folder);
  expect(refutations(report)).toEqual([]);
  expect(report.parts.map(({ subject, reason }) => [subject, reason])).toEqual([
    ["fresh", "db/one.sql, db/two.sql"],
    ["upgraded from empty", "1 migration, none left out: ends where fresh ends"],
    ["table public.pets presence", "kept by old releases"],
  ]);
});

test("a down file that leaves something behind is refuted", async () => {
  const folder = await folderWith({
    ...migrations,
    "migrations/002_phone.sql": "alter table people add phone text, add fax text;\n",
  });
  expect(refutations(await proveFolder(folder))).toEqual([
    "migrations/002_phone.down.sql: it leaves another schema behind",
    "column public.people.fax: right only",
  ]);
});

test("a file that is written to run twice must change nothing the second time", async () => {
  const folder = await folderWith({
    "migrations/001_people.sql":
      "create table if not exists people (id int primary key);\nalter table people add column if not exists tag text;\n",
    "migrations/002_fails.sql":
      "alter table people add column if not exists old text;\ncreate index if not exists people_tag on people (tag);\nalter table people drop column if exists tag;\n",
    "migrations/003_changes.sql":
      "drop table if exists guests;\ncreate table if not exists guests (like people including all);\nalter table people alter column id set default 7;\n",
    "migrations/004_once.sql": "alter table people add column plain text;\n",
  });
  const report = await proveFolder(folder);
  expect(refutations(report)).toEqual([
    'migrations/002_fails.sql: it fails when it is applied again: migrations/002_fails.sql:2: column "tag" does not exist',
    "migrations/003_changes.sql: it says IF NOT EXISTS, and changes something when it is applied again",
    "default public.guests.id: right only",
  ]);
  expect(report.parts.filter(({ kind }) => kind === "idempotent")).toHaveLength(3);
});

test("starting points of earlier releases are upgraded; the gone files are said to be gone", async () => {
  const folder = await folderWith({
    "migrations/005_mail.sql": "alter table people add mail text;\n",
    "schema.sql": baseline("005_mail", people.replace("not null", "not null, mail text")),
    "releases/v1/schema.sql": baseline("004_gone", people),
  });
  const report = await proveFolder(folder);
  expect(report.parts.map(({ subject, outcome }) => [subject, outcome])).toEqual([
    ["fresh", "proved"],
    ["upgraded from 1.0.0", "proved"],
    ["upgraded from empty", "absent"],
  ]);
});

test("where there is nothing to prove, nothing is said to be proved", async () => {
  const folder = await folderWith({ "notes.txt": "no SQL" });
  await expect(proveFolder(folder)).rejects.toMatchObject({ code: "PROJECT.NOTHING_FOUND" });
});
