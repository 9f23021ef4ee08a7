/**
 * The reference page of psql's dialect, row by row, by a deploy and by psql itself: what is understood leaves the same
 * rows behind, and what is refused is refused before anything happens, while psql would have done it.
 */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { LockstepError } from "../../src/core/errors.ts";
import { dropDatabase, testDatabase, type TestDatabase } from "../support/database.ts";
import { deployFolder } from "../support/deploy.ts";
import { folderWith } from "../support/folders.ts";

const page = readFileSync("docs/reference/psql.md", "utf8");

/** The first cells of the page's tables. */
const rowsOfPage: readonly string[] = page
  .split("\n")
  .filter((line) => line.startsWith("| ") && !/^\| (?:Written|Command) \|/.test(line))
  .map((line) => (line.split(/(?<!\\) \| /)[0] ?? "").slice(2).replaceAll("\\|", "|"));

const hasPsql = isThere();

function isThere(): boolean {
  try {
    execFileSync("psql", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

type Content = Readonly<Record<string, string>>;

interface Understood {
  readonly row: string;
  readonly script: string;
  readonly files?: Content;
}

const say = (expression: string): string => `insert into seen (what) values (${expression});\n`;

const understood: readonly Understood[] = [
  {
    row: "`:name`",
    script: `\\set n 'length(''a:b'') + 1'\n${say(":n")}${say("':n' || $$:n$$ /* :n */")}${say("(array[4,5,6])[:n - 3 : :n][1]")}`,
  },
  { row: "`:name`", script: `\\set two 'select 1; insert into seen (what) values (7)'\n:two;\n` },
  {
    row: "`:name`",
    script: `${say("':unset'")}\\set part '(''x'')'\ninsert into seen (what) values :part;\n`,
  },
  { row: "`:'name'`", script: `\\set n 'it''s a \\\\ "b" ; :c'\n${say(":'n'")}` },
  {
    row: '`:"name"`',
    script: `\\set n 'odd "\\' ; name'\ncreate table :"n" (":n" int);\n${say(`:'n'`)}insert into seen (what) select relname || attname from pg_class join pg_attribute on attrelid = oid and attnum = 1 where relname = :'n';\n`,
  },
  {
    row: "`:{?name}`",
    script: `\\set a\n${say(":{?a}")}${say(":{?b}")}\\unset a\n${say(":{?a}")}`,
  },
  {
    row: "`\\set NAME VALUE...`",
    script: `\\set a one 'two  ' "th ree" 4\n${say(":'a'")}\\set b :a :'a'\n${say(":'b'")}\\set c\n${say(":'c'")}\\set Ünï 1\n${say(":Ünï")}`,
  },
  { row: "`\\unset NAME`", script: `\\set a 1\n\\unset a\n\\unset never\n${say(":{?a}")}` },
  {
    row: "`\\gset [PREFIX]`",
    script: `select 1 as a, null as b, 'x y' as "C" \\gset p_\n${say(":p_a || :'p_C' || :{?p_b}")}select 2 as a\n\\gset\n${say(":a")}`,
  },
  {
    row: "`\\gexec`",
    script: `select format('insert into seen (what) values (%L)', i) from generate_series(1, 3) i union all select null \\gexec\n`,
  },
  {
    row: "`\\g`, `\\gx`",
    script: `insert into seen (what) values ('g') \\g\ninsert into seen (what) values ('gx')\n\\gx\n\\g\n`,
  },
  {
    row: "`\\r`, `\\reset`",
    script: `insert into seen (what) values ('never')\n\\r\ninsert into nobody\n\\reset\n${say("'after'")}`,
  },
  {
    row: "`\\;`",
    script: `insert into seen (what) values (1)\\; insert into seen (what) values (2)\\;\n${say("3")}`,
  },
  {
    row: "`\\i FILE`, `\\include FILE`",
    script: `\\set here 'sub/a b.sql'\n\\i :here\n\\include 'sub/c.sql'\n${say(":'left'")}`,
    files: { "sub/a b.sql": say("'a'"), "sub/c.sql": `${say("'c'")}\\set left behind\n` },
  },
  {
    row: "`\\ir FILE`, `\\include_relative FILE`",
    script: `\\ir parts/a.sql\n\\include_relative ./parts/../parts/b.sql\n`,
    files: {
      "migrations/parts/a.sql": `\\ir b.sql\n${say("'a'")}`,
      "migrations/parts/b.sql": say("'b'"),
    },
  },
  {
    row: "`\\copy TABLE FROM 'FILE' [OPTIONS]`",
    script: `\\copy seen (what) from 'sub/rows.csv' with (format csv, header)\n\\copy seen(what) from sub/text\n`,
    files: { "sub/rows.csv": 'what\n"a,b"\nc\n', "sub/text": "tab\\there\n\\N\n" },
  },
  {
    row: "`\\copy TABLE FROM STDIN`",
    script: `\\copy seen (what) from stdin\nx;y\n\\\\.\n\\.\ncopy seen (what) from stdin (delimiter ';');\n1,2\n\\.\n${say("'after'")}`,
  },
  {
    row: "`\\q`, `\\quit`",
    script: `\\i sub/q.sql\n\\i sub/quit.sql\n${say("'after'")}\\q\n${say("'never'")}`,
    files: {
      "sub/q.sql": `${say("'q'")}\\q\nnonsense\n`,
      "sub/quit.sql": `\\if true\n\\quit\n\\endif\nnonsense\n`,
    },
  },
  // What the page says in sentences.
  {
    row: "conditions",
    script: `\\set v yes\n\\if :v\n${say("1")}\\if off\n${say("2")}\\elif TRUE\n${say("3")}\\else\n${say("4")}\\endif\n\\elif true\n${say("5")}\\else\n${say("6")}\\endif\n`,
  },
  {
    row: "conditions",
    script: `\\if false\n\\i absent.sql\n\\echo never\nselect 1 / 0;\nselect 1 as a \\gset\n\\else\n${say("'else'")}\\endif\n`,
  },
  {
    row: "pg_dump",
    script: `\\restrict key\nset client_encoding = 'UTF8';\n${say("'in'")}\\unrestrict key\n\\encoding UTF8\n${say("'out'")}`,
  },
  {
    row: "ignored",
    script: `\\timing on\n\\a\n\\x auto\n\\t on\n\\pset null '(null)'\n\\d seen\n\\dt+ \\echo on the same line\n\\z\n\\sf pg_catalog.now\n\\conninfo\n\\C title\n\\f ,\n\\H\n\\H\n\\T border\n\\errverbose\n\\copyright\n\\h select\n\\p\n\\set ON_ERROR_STOP on\n${say("'after'")}`,
  },
  {
    row: "nesting",
    script: `insert into seen (what) select E'it\\'s ; \\\\' || $a$;$b$;$a$ || U&'\\0041' /* ; /* ; */ */ -- ;\n;\ncreate function f() returns text begin atomic select 'x;'; end;\ninsert into seen (what) values (f());\n`,
  },
];

interface Hostile {
  readonly row: string;
  readonly script: string;
  readonly files?: Content;
  /** What psql leaves in its folder, or prints: that it would have done it. */
  readonly effect?: string;
  readonly code?: string;
}

const outside = "../outside.sql";

const hostile: readonly Hostile[] = [
  {
    row: "`\\!`, `\\g | PROGRAM`, backticks, `\\copy ... program`",
    script: "\\! touch canary\n",
    effect: "canary",
  },
  { row: "", script: "\\echo a \\! touch canary\n", effect: "canary" },
  { row: "", script: "select 1;\\! touch canary\n", effect: "canary" },
  { row: "", script: "\\if true\n\\! touch canary\n\\endif\n", effect: "canary" },
  { row: "", script: "\\set command '\\\\! touch canary'\n:command\n", effect: "canary" },
  { row: "", script: "select 1 \\g | cat > canary\n", effect: "canary" },
  { row: "", script: "select 1\n\\gx |cat>canary\n", effect: "canary" },
  { row: "", script: "\\set x `touch canary`\n", effect: "canary" },
  { row: "", script: "\\echo :x `touch canary`\n", effect: "canary" },
  { row: "", script: "\\if `touch canary; echo 1`\n\\endif\n", effect: "canary" },
  { row: "", script: "\\copy t from program 'touch canary'\n", effect: "canary" },
  { row: "", script: "\\copy t from pstdin\n" },
  { row: "", script: "\\copy (select 1) to program 'cat > canary'\n", effect: "canary" },
  {
    row: "`\\o`, `\\out`, `\\w`, `\\write`, `\\s`, `\\g FILE`, `\\copy ... to`",
    script: "\\o canary\n",
    effect: "canary",
  },
  { row: "", script: "\\out |cat>canary\n", effect: "canary" },
  { row: "", script: "select 1\n\\w canary\n", effect: "canary" },
  { row: "", script: "select 1\n\\write |cat>canary\n", effect: "canary" },
  { row: "", script: "\\s canary\n" },
  { row: "", script: "select 1 \\g canary\n", effect: "canary" },
  { row: "", script: "select 1 \\g (format=csv) canary\n", effect: "canary" },
  { row: "", script: "\\copy t to 'canary'\n", effect: "canary" },
  { row: "", script: "\\copy t to stdout\n" },
  { row: "`\\e`, `\\ef`, `\\ev`, `\\prompt`, `\\password`", script: "\\e\n" },
  { row: "", script: "\\ef f\n" },
  { row: "", script: "\\ev v\n" },
  { row: "", script: "\\prompt 'name? ' x\n" },
  { row: "", script: "\\password postgres\n" },
  { row: "`\\cd`, `\\setenv`, `\\getenv`", script: "\\cd ..\n" },
  { row: "", script: "\\setenv PGOPTIONS x\n" },
  { row: "", script: "\\getenv home HOME\n" },
  { row: "`\\watch`", script: "select 1 \\watch 1\n" },
  { row: "`\\gdesc`, `\\crosstabview`", script: "select 1 \\gdesc\n" },
  { row: "", script: "select 1, 2, 3 \\crosstabview\n" },
  {
    row: "`\\bind`, `\\parse`, `\\startpipeline`, `\\endpipeline`, `\\flush`",
    script: "select $1 \\bind 1 \\g\n",
  },
  { row: "", script: "select 1 \\parse x\n" },
  { row: "", script: "\\startpipeline\n" },
  { row: "", script: "\\endpipeline\n" },
  { row: "", script: "\\flush\n" },
  { row: "`\\lo_import`, `\\lo_export`, `\\lo_unlink`", script: "\\lo_import ../outside.sql\n" },
  { row: "", script: "\\lo_export 1 canary\n" },
  { row: "", script: "\\lo_unlink 1\n" },
  // Nobody knows ahead that the branch will not be in force.
  { row: "conditions", script: "\\if false\n\\! touch canary\n\\endif\n", effect: "nothing" },
  // Out of the project, whatever way.
  { row: "paths", script: `\\i ${outside}\n`, effect: "stdout", code: "SQL.PSQL_INCLUDE" },
  {
    row: "paths",
    script: `\\set where ${outside}\n\\i :where\n`,
    effect: "stdout",
    code: "SQL.PSQL_INCLUDE",
  },
  {
    row: "paths",
    script: `select '${outside}' as file \\gset\n\\i :file\n`,
    effect: "stdout",
    code: "SQL.PSQL_INCLUDE",
  },
  {
    row: "paths",
    script: "\\i sub/../../outside.sql\n",
    files: { "sub/x": "" },
    effect: "stdout",
    code: "SQL.PSQL_INCLUDE",
  },
  { row: "paths", script: "\\ir ../../outside.sql\n", effect: "stdout", code: "SQL.PSQL_INCLUDE" },
  { row: "paths", script: "\\i linked.sql\n", effect: "stdout", code: "PROJECT.OUTSIDE" },
  { row: "paths", script: "\\i linked/outside.sql\n", effect: "stdout", code: "PROJECT.OUTSIDE" },
  { row: "paths", script: "\\i '/etc/hostname'\n", code: "SQL.PSQL_INCLUDE" },
  { row: "paths", script: "\\i ~/x\n", code: "SQL.PSQL_INCLUDE" },
  { row: "paths", script: "\\i -\n", code: "SQL.PSQL_ARGUMENTS" },
  { row: "paths", script: "\\copy t from '../rows'\n", code: "SQL.PSQL_INCLUDE" },
  { row: "paths", script: "\\copy t from '/etc/hostname'\n", code: "SQL.PSQL_INCLUDE" },
  { row: "paths", script: "\\i absent.sql\n", code: "SQL.PSQL_INCLUDE" },
  // Another database, in every form.
  { row: "connect", script: "\\connect other\n", code: "SQL.PSQL_DATABASE" },
  { row: "connect", script: "\\c - - elsewhere.example.com\n", code: "SQL.PSQL_DATABASE" },
  { row: "connect", script: "\\c other\\! touch canary\n", code: "SQL.PSQL_DATABASE" },
  { row: "connect", script: "\\c 'dbname=other'\n", code: "SQL.PSQL_DATABASE" },
  {
    row: "connect",
    script: "\\c postgres://elsewhere.example.com/other\n",
    code: "SQL.PSQL_DATABASE",
  },
  { row: "connect", script: "\\c -reuse-previous=on dbname=other\n", code: "SQL.PSQL_DATABASE" },
  { row: "connect", script: "\\set d other\n\\c :d\n", code: "SQL.PSQL_DATABASE" },
  { row: "connect", script: "select 'other' as d \\gset\n\\c :d\n", code: "SQL.PSQL_DATABASE" },
  {
    row: "restricted",
    script: "\\restrict key\n\\! touch canary\n",
    effect: "nothing",
    code: "SQL.PSQL_REFUSED",
  },
  {
    row: "restricted",
    script: "\\restrict key\n\\unrestrict other\n\\! touch canary\n",
    effect: "nothing",
    code: "SQL.PSQL_ARGUMENTS",
  },
  { row: "variables", script: "\\set AUTOCOMMIT off\n" },
  { row: "unknown", script: "\\nonsense\n", code: "SQL.PSQL_UNKNOWN" },
  { row: "unknown", script: "\\encoding LATIN1\n" },
];

const prepared = "create table t (a text);\n";
const seen = "create table seen (n serial, what text);\n";

/** Its root is not alone in its folder, so that there is something outside of it. */
async function projectWith(script: string, files: Content = {}): Promise<string> {
  const above = await folderWith({
    "outside.sql": "\\echo outside\ncreate table outside ();\n",
    rows: "row\n",
  });
  const folder = join(above, "project");
  for (const [name, text] of Object.entries({ ...files, "migrations/001_a.sql": script })) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  await symlink("../outside.sql", join(folder, "linked.sql"));
  await symlink("..", join(folder, "linked"));
  return folder;
}

interface Ran {
  readonly stdout: string;
  readonly failed: boolean;
}

function runPsql(folder: string, url: string): Ran {
  const args = ["-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", "migrations/001_a.sql", "-d", url];
  const env = { PATH: process.env["PATH"], HOME: folder, EDITOR: "true", PAGER: "cat" };
  try {
    const options = { cwd: folder, env, timeout: 20_000 } as const;
    const stdout = execFileSync("psql", args, {
      ...options,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
    return { stdout, failed: false };
  } catch (error) {
    // What execFileSync throws carries what the program printed.
    const { stdout } = error as { readonly stdout?: string };
    return { stdout: stdout ?? "", failed: true };
  }
}

test("every row of the page's tables has its scripts, and none has a row that is not there", () => {
  const inSentences =
    /^(?:conditions|pg_dump|ignored|nesting|paths|connect|restricted|variables|unknown|)$/;
  const rows = [...understood, ...hostile].map(({ row }) => row);
  const named = new Set(rows.filter((row) => !inSentences.test(row)));
  expect([...named].toSorted()).toEqual([...new Set(rowsOfPage)].toSorted());
});

describe("what is understood leaves behind what psql leaves (skipped where there is no psql)", () => {
  test.skipIf(!hasPsql).each(understood)("$row: $script", async ({ script, files }) => {
    const [ours, theirs] = [await testDatabase(), await testDatabase()];
    const text = `${seen}${script}`;
    const left = async (database: TestDatabase): Promise<readonly unknown[]> =>
      await database.query("select what from seen order by n");
    const folder = await projectWith(text, files);
    expect(runPsql(folder, theirs.url)).toMatchObject({ failed: false });
    await deployFolder(folder, ours.url);
    const rows = await left(ours);
    expect(rows).toEqual(await left(theirs));
    expect(rows.length).toBeGreaterThan(0);
    expect(existsSync(join(folder, "canary"))).toBe(false);
  });
});

describe("what is refused is refused before anything happens", () => {
  let ours: TestDatabase;
  let theirs: TestDatabase;
  beforeAll(async () => {
    const options = { keep: true };
    [ours, theirs] = [
      await testDatabase(undefined, options),
      await testDatabase(undefined, options),
    ];
    await theirs.run(prepared);
  });
  afterAll(async () => {
    for (const database of [ours, theirs]) await dropDatabase(database);
  });

  test.each(hostile)("$script", async ({ script, files, effect, code = "SQL.PSQL_REFUSED" }) => {
    const folder = await projectWith(`${prepared}${script}`, files);
    const canary = join(folder, "canary");
    const refused: unknown = await deployFolder(folder, ours.url).catch((error: unknown) => error);
    if (!(refused instanceof LockstepError)) throw new TypeError(`not refused: ${String(refused)}`);
    expect(refused).toMatchObject({ code, state: "nothing was changed" });
    expect(refused.where?.file).toMatch(/^migrations\/001_a\.sql$|^linked/);
    expect(existsSync(canary)).toBe(false);
    const tables = "select relname from pg_class where relname in ('t', 'outside', 'seen')";
    expect(await ours.query(tables)).toEqual([]);
    if (!hasPsql || effect === undefined) return;
    await writeFile(join(folder, "migrations/001_a.sql"), script);
    await theirs.run("drop table if exists outside");
    const { stdout } = runPsql(folder, theirs.url);
    if (effect === "stdout") expect(stdout).toContain("outside");
    else expect(existsSync(canary)).toBe(effect === "canary");
    await rm(canary, { force: true });
  });
});
