import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type pg from "pg";
import { describe, expect, test } from "vitest";
import type { PsqlAction, PsqlAnswer, RunAction } from "../../../src/sql/psql/actions.ts";
import { interpretPsql } from "../../../src/sql/psql/interpret.ts";
import { loadParser } from "../../../src/sql/parse.ts";
import { secretsForPsql } from "../../../src/sql/psql/secrets.ts";
import { testDatabase, type TestDatabase } from "../../support/database.ts";
import { temporaryFolder } from "../../support/folders.ts";
import { sessionOf } from "../../support/sessions.ts";

const psql = findPsql();

function findPsql(): string | undefined {
  try {
    return execFileSync("sh", ["-c", "command -v psql"], { encoding: "utf8" }).trim();
  } catch {
    return undefined;
  }
}

interface Case {
  readonly title: string;
  readonly files: Readonly<Record<string, string>>;
}

function script(title: string, ...lines: readonly string[]): Case {
  return { title, files: { "main.sql": `${lines.join("\n")}\n` } };
}

const cases: readonly Case[] = [
  script(
    "quoting",
    "select 'a;b', $$c;d$$, $x$ $$;$$ $x$ as \"e;f\";",
    "select E'a\\';b' /* ; /* ; */ ; */ , 1 -- ;",
    ", 2; select 'two' ; select 'th'",
    "'ree';;",
    "select U&'\\0041;' , B'01', X'1F', N'n;';",
    "select (select ';' /* ( */ ), '(' ; select ')';",
  ),
  script(
    "operators and numbers next to each other",
    "select 1.5e3, .5, 1-1, 1--1",
    ", 2*-3, @ -5, 7%3, 2^3, 10/3;",
    "select (array[1,2,3])[1:2], '1'::int, 'x' || 'y', 1<=2, 3!=4, 3<>4;",
  ),
  script(
    "function bodies",
    "create function f(a int) returns int language sql begin atomic select case when a > 1 then 2 else 3 end; end;",
    "select f(1), f(2);",
    "create function g() returns text language plpgsql as $body$ begin return 'a;b'; end; $body$;",
    "select g();",
    "create table t (a int); create rule r as on insert to t do also (select 'one'; select 'two');",
    "select count(*) from pg_rewrite where rulename = 'r';",
  ),
  script(
    "variables",
    "\\set a 5",
    "\\set b 'it''s \\\\ \\t x' y :a",
    "\\set c",
    "\\set t 'My \"Table\"'",
    "select :a, :'b', ':a', \":a\" from (select 1 as \":a\") s;",
    'create table :"t" ("x :a" int); select relname from pg_class where relname = :\'t\';',
    "select :{?a}, :{?nope}, ':nope', :'c' = '';",
    "select (array[1,2,3])[1:2], (array[1,2,3])[:a-4:3];",
    "\\unset a",
    "select :{?a};",
    "\\set n 1",
    "\\set stmt 'select 7; select 8'",
    ":stmt;",
    "select :n:n, 1::text, :n::text;".replace(":n:n, ", ""),
    "\\echo :b :'b' :\"t\" 'q  q' \"d  d\" plain:n x:nope end",
    "\\echo -n no newline",
    "\\echo",
    "\\qecho 'a\\nb' '\\x41\\102'",
  ),
  script(
    "gset, gexec and conditions",
    "select 1 as one, null as none, true as yes, 'te''xt' as txt \\gset p_",
    "select :p_one, :{?p_none}, :'p_yes', :'p_txt';",
    "\\if :p_yes",
    "  select 'in if';",
    "  \\if false",
    "    select 'never';",
    "    \\set p_one 99",
    "  \\elif 1",
    "    \\echo in elif",
    "  \\else",
    "    \\echo never",
    "  \\endif",
    "\\else",
    "  select 'never' \\gset never_",
    "\\endif",
    "select :p_one;",
    "select 'select ' || i from generate_series(1, 3) i \\gexec",
    "select 4 as four \\g",
    "select 5 as five;",
    "\\gset",
    "select :five, :{?four};",
  ),
  script(
    "copy",
    "create table t (a text, b text);",
    "copy t from stdin;",
    "a;\t'b",
    "\\\\.\t\\N",
    "\\.",
    "select * from t order by 1;",
    "copy t (b) from stdin with (delimiter ';', null 'x'); -- data follows",
    "x\\;y",
    "\\.",
    "\\copy t (a) from stdin",
    "via copy",
    "\\.",
    "select * from t order by 1, 2;",
  ),
  {
    title: "includes and files",
    files: {
      "main.sql":
        "\\i sub/a.sql\n\\ir sub/b.sql\nselect :a, :b;\n\\copy t from 'sub/t.csv' csv\ntable t;\n",
      "sub/a.sql": "\\set a 1\ncreate table t (x int, y text);\n\\ir b.sql\n\\q\nselect 'never';\n",
      "sub/b.sql": "\\set b 2\nselect 'b' as b",
      "sub/t.csv": '1,"a,b"\n2,c\n',
    },
  },
  script(
    "several statements in one message",
    "select 1\\; select 2;",
    "create table t (a int)\\; insert into t values (3)\\; select * from t;",
    "\\set x 1 \\\\ select 9; \\echo after",
    "\\timing off \\echo same line",
  ),
];

describe.skipIf(psql === undefined)(
  "the dialect means what psql makes of it (skipped where there is no psql)",
  () => {
    test.each(cases)("$title", async ({ files }) => {
      const folder = await temporaryFolder("psql");
      for (const [name, text] of Object.entries(files)) {
        mkdirSync(dirname(join(folder, name)), { recursive: true });
        writeFileSync(join(folder, name), text);
      }
      const options = ["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-f", "main.sql"];
      const theirs = await testDatabase();
      const expected = execFileSync(psql ?? "psql", ["-d", theirs.url, ...options], {
        cwd: folder,
        encoding: "utf8",
        stdio: ["ignore", "pipe", "pipe"],
      });
      const ours = await testDatabase();
      expect(await runOurs(ours, files)).toEqual(expected);
    });
  },
);

/** The loop that a deploy has around the interpreter, with the output that psql -A -t would give. */
async function runOurs(
  database: TestDatabase,
  files: Readonly<Record<string, string>>,
): Promise<string> {
  const session = await sessionOf(database.url);
  const client = await database.connect();
  let output = "";
  const runStatement = async (action: RunAction): Promise<PsqlAnswer | undefined> => {
    const results = await query(client, action.statement.text);
    const last = results.at(-1);
    if (action.wants === "rows")
      return { kind: "rows", rows: last?.rows.map(asRecord(last)) ?? [] };
    for (const { rows } of results) output += rows.map(line).join("");
    return undefined;
  };
  const act = async (action: PsqlAction): Promise<PsqlAnswer | undefined> => {
    if (action.kind === "run") return runStatement(action);
    if (action.kind === "include") {
      const file = action.candidates.find((path) => files[path] !== undefined) ?? "";
      return { kind: "included", file, text: files[file] ?? "" };
    }
    if (action.kind === "message") {
      if (action.channel === "output") output += `${action.text}${echoEnd(action.text)}`;
      return undefined;
    }
    const data = action.kind === "copy" ? action.data : files[action.candidates[0] ?? ""];
    await session.copyIn(action.statement.text, [Buffer.from(data ?? "")]);
    return undefined;
  };
  const run = interpretPsql(
    { file: "main.sql", text: files["main.sql"] ?? "" },
    { connection: { database: database.name } },
  );
  let answer: PsqlAnswer | undefined;
  for (let step = run.next(); step.done !== true; step = run.next(answer)) {
    answer = await act(step.value);
  }
  return output;
}

interface Result {
  readonly fields: readonly { readonly name: string }[];
  readonly rows: readonly (readonly (string | null)[])[];
}

/** By the simple protocol, every value as the server's text, columns of the same name kept apart. */
async function query(client: pg.Client, text: string): Promise<readonly Result[]> {
  const types = { getTypeParser: () => (value: unknown) => value };
  const found: unknown = await client.query({ text, rowMode: "array", types });
  // What pg answers for several statements is not in its types.
  return (Array.isArray(found) ? found : [found]) as readonly Result[];
}

function asRecord(result: Result): (row: readonly (string | null)[]) => Record<string, unknown> {
  return (row) => Object.fromEntries(result.fields.map((field, index) => [field.name, row[index]]));
}

function line(row: readonly (string | null)[]): string {
  return `${row.map((value) => value ?? "").join("|")}\n`;
}

/** `\echo -n` is told by its text alone here. */
function echoEnd(text: string): string {
  return text === "no newline" ? "" : "\n";
}

/** \getenv came with 15. */
const getsEnvironment =
  psql !== undefined &&
  Number(/ (\d+)/.exec(execFileSync(psql, ["--version"], { encoding: "utf8" }))?.[1]) >= 15;

test.skipIf(!getsEnvironment)(
  "psql puts the secrets in that a plan's SQL names: from the environment, from a file, into a connection",
  async () => {
    const database = await testDatabase();
    const folder = await temporaryFolder();
    const [fromFile, password] = ["it's a \\ secret", `$$ "p" 'w' \\`];
    writeFileSync(join(folder, "it's"), `${fromFile}\n`);
    const sql = `create foreign data wrapper w; create server s foreign data wrapper w;
      create user mapping for public server s options (password 'env:PW', key 'file:it''s');
      create subscription x connection 'host=''a b'' password=env:PW' publication p with (connect = false, slot_name = none);`;
    writeFileSync(join(folder, "plan.sql"), secretsForPsql(sql, await loadParser()));
    const run = ["-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", "plan.sql", "-d", database.url];
    const env = { ...process.env, PW: password };
    execFileSync(psql ?? "psql", run, { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
    expect(await database.query("select umoptions from pg_user_mappings")).toEqual([
      { umoptions: [`password=${password}`, `key=${fromFile}`] },
    ]);
    // The catalog holds those of every database of the cluster.
    const own =
      "select subconninfo from pg_subscription where subname = 'x' and subdbid = (select oid from pg_database where datname = current_database())";
    expect(await database.query(own)).toEqual([
      { subconninfo: `host='a b' password='$$ "p" \\'w\\' \\\\'` },
    ]);
    await database.run("drop subscription x");
  },
);
