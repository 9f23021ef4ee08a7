import { beforeAll, describe, expect, test } from "vitest";
import { checkScript, type ScriptCheck } from "../../src/sql/check.ts";
import { createMeaningTally, meaningHash } from "../../src/sql/meaning.ts";
import { loadParser, type Parser } from "../../src/sql/parse.ts";

let parser: Parser;
beforeAll(async () => {
  parser = await loadParser();
});

function check(text: string): ScriptCheck {
  return checkScript({ file: "a.sql", text }, { parser });
}

function codes(text: string): readonly string[] {
  return check(text).findings.map((finding) => finding.code);
}

test("a script without faults has no findings", () => {
  const text =
    "\ufeffbegin;\r\ncreate table t (a int);\r\ncopy t from stdin;\r\n1\r\n\\.\r\ncommit;\r\n";
  expect(check(text)).toMatchObject({ findings: [], statementCount: 4, usesCommands: false });
});

test.each([
  "\ufeffcreate table T (a int); -- one\nselect E'x', a<=-1\n",
  "copy t from stdin;\n1\t2\n\\.\nselect 1 \\; select 2;\n\\set a 1\nselect :a \\g\n",
  "create function f() returns int begin atomic select 1; end; select 'open",
  "select 1; /* open",
  "select 1 /* open",
  'select "open',
  "",
])("the check tells the meaning on the way, as reading the text for it alone does: %j", (text) => {
  const meaning = createMeaningTally(text);
  checkScript({ file: "a.sql", text }, { parser, meaning });
  expect(meaning.hash()).toBe(meaningHash(text));
});

test("a syntax error is found with line and column, wherever it stands", () => {
  const { findings, refused } = check("select 1;\n\n  create tabel t ();\nselect 2;");
  expect(findings).toMatchObject([
    { code: "SQL.SYNTAX", severity: "error", where: { line: 3, column: 10 } },
  ]);
  expect(refused).toMatchObject([{ text: "create tabel t ()" }]);
});

test.each([
  ["select 1;\nEOF < /dev/null\n", /heredoc/],
  ["delimiter //\ncreate table t ();", /MySQL/],
  ["create table t (id int auto_increment);", /AUTO_INCREMENT/],
  ["select `a` from t;", /Backticks/],
  ["// a comment\nselect 1;", /--/],
  ["create table t ()\nGO\nselect 1", /GO/],
  ["create table {{ .Schema }}.t ();", /template/],
  ["<<<<<<< HEAD\nselect 1;", /merge conflict/],
])("a foreign dialect is named: %j", (text, hint) => {
  expect(check(text).findings[0]?.hint).toMatch(hint);
});

describe("invisible characters", () => {
  test("are errors in code, with their place", () => {
    expect(check("select 1;\u00a0\nselect 2;").findings[0]).toMatchObject({
      code: "SQL.INVISIBLE_CHARACTER",
      severity: "error",
      where: { line: 1, column: 10 },
      message: expect.stringContaining("U+00A0 (no-break space)"),
    });
    expect(codes("select\u200b 1;")).toContain("SQL.INVISIBLE_CHARACTER");
    expect(codes("select 1;\n\ufeffselect 2;")).toContain("SQL.INVISIBLE_CHARACTER");
  });

  test("are data in strings, names, comments and COPY", () => {
    const text =
      "select '\u00a0', $$\u200b$$, \"\u00a0\" /* \u00a0 */; -- \ufeff\ncopy t from stdin;\n\u00a0\n\\.\n";
    expect(codes(`\ufeff${text}`)).toEqual([]);
  });

  test("that turn the direction of writing get a warning there too", () => {
    expect(check("select 'a\u202eb';").findings).toMatchObject([{ severity: "warning" }]);
  });
});

describe("names over 63 bytes", () => {
  const long = "x".repeat(63);

  test("are named as the server cuts them", () => {
    expect(check(`create index ${long}y on t (a);`).findings).toMatchObject([
      { code: "SQL.IDENTIFIER_LONG", severity: "warning", object: long },
    ]);
    expect(codes(`create index "${"é".repeat(32)}" on t (a);`)).toEqual(["SQL.IDENTIFIER_LONG"]);
    expect(codes(`create index ${long} on t (a); select '${long}yy';`)).toEqual([]);
  });

  test("that fall together are a collision", () => {
    expect(codes(`create table ${long}1 (); create table ${long}2 ();`)).toContain(
      "SQL.IDENTIFIER_COLLISION",
    );
  });
});

describe("the transactions of a file", () => {
  const shape = (text: string): ScriptCheck["transactions"] => check(text).transactions;

  test("are told by their shape", () => {
    expect(shape("create table t ();").kind).toBe("none");
    expect(shape("set a.b = 1; begin; create table t (); savepoint s; commit;").kind).toBe(
      "wrapped",
    );
    expect(shape("begin; select 1; commit; begin; select 2; end;").kind).toBe("blocks");
    expect(shape("create table t (); begin; select 1; commit;").kind).toBe("blocks");
    expect(shape("begin; select 1; commit; vacuum;").kind).toBe("blocks");
  });

  test.each([
    "commit;",
    "begin;",
    "begin; rollback;",
    "begin; begin; commit;",
    "begin; commit and chain;",
  ])("that fit no deploy are given a reason: %s", (text) => {
    expect(shape(text)).toMatchObject({ kind: "unfit", reason: expect.any(String) });
  });

  test("are not in strings, functions and comments", () => {
    expect(shape("do $$ begin commit; end $$; select 'begin;' /* commit; */").kind).toBe("none");
  });
});

describe("psql's dialect", () => {
  test("is looked at in every branch", () => {
    expect(codes("\\if 0\nselect from from;\n\\else\n\\! ls\n\\endif")).toEqual([
      "SQL.SYNTAX",
      "SQL.PSQL_REFUSED",
    ]);
    expect(codes("\\if 1")).toEqual(["SQL.PSQL_CONDITION"]);
    expect(codes("\\nonsense")).toEqual(["SQL.PSQL_UNKNOWN"]);
    expect(codes("\\i /etc/passwd")).toEqual(["SQL.PSQL_INCLUDE"]);
    expect(codes("\\copy t from program 'x'")).toEqual(["SQL.PSQL_REFUSED"]);
    expect(codes("select 1\n\\echo x\n;")).toContain("SQL.PSQL_INSIDE_STATEMENT");
    expect(codes("copy t from stdin; select 1;\n1\n")).toEqual([
      "SQL.COPY_TRAILING",
      "SQL.COPY_UNTERMINATED",
    ]);
  });

  test("passes what pg_dump and psql's own users write", () => {
    const text = [
      "\\restrict abc",
      "set a.b = 1;",
      "\\unrestrict abc",
      "\\set ON_ERROR_STOP on",
      "\\set schema app",
      "select exists (select 1) as there, current_user as me \\gset",
      "\\if :there",
      '  create table :"schema".t (a int default :n);',
      "\\else",
      "  select :'me', a[1:2], :{?x} from :schema.t limit :n;",
      "\\endif",
      "\\i more.sql",
      "\\echo done :me",
      "select 1 \\g",
    ].join("\n");
    expect(check(text)).toMatchObject({ findings: [], uncheckedCount: 0, usesCommands: true });
  });

  test("does not take a name that nothing sets for a variable", () => {
    expect(codes("select :x;")).toEqual(["SQL.SYNTAX"]);
  });
});

test("standard_conforming_strings may be off, as in old dumps, where no string holds a backslash", () => {
  const off = "set standard_conforming_strings = off;\n";
  for (const text of ["select 'a', E'a\\\\b', $$a\\b$$;", "copy t from stdin;\na\\tb\n\\.\n"]) {
    expect(codes(off + text)).toEqual([]);
  }
  const { findings } = check(`${off}select 'a';\nselect 'a\\b';`);
  expect(findings).toMatchObject([
    { code: "SQL.STANDARD_STRINGS_OFF", severity: "error", where: { line: 3, column: 8 } },
  ]);
  expect(codes(`${off}set standard_conforming_strings = on; select 'a\\b';`)).toEqual([]);
  expect(codes("select 'a\\b';")).toEqual([]);
});

test("each statement's facts are handed out once", () => {
  const labels: string[] = [];
  checkScript(
    { file: "a.sql", text: "create table t (); vacuum; copy t from stdin;\n\\.\n" },
    { parser, onStatement: ({ index, facts }) => labels.push(`${index} ${facts.label}`) },
  );
  expect(labels).toEqual(["0 CREATE TABLE", "1 VACUUM", "2 COPY"]);
});

test.each([
  ["as deep as is read", "||", 700, undefined],
  ["deeper than can be read", "||", 5000, "SQL.SYNTAX"],
  ["deeper than the parser goes", "(", 20_000, "SQL.SYNTAX"],
] as const)("a statement that is nested %s, and one behind it", (_, sign, times, code) => {
  const deep =
    sign === "(" ? "(".repeat(times) + "1" + ")".repeat(times) : `'a'${"||'a'".repeat(times)}`;
  const { findings, statementCount } = check(`select ${deep};\nselect 1;\nselect from where;`);
  expect(statementCount).toBe(3);
  const own = findings.filter(({ where }) => where?.line === 1);
  expect(own.map((finding) => finding.code)).toEqual(code === undefined ? [] : [code]);
  expect(findings.at(-1)).toMatchObject({ code: "SQL.SYNTAX", where: { line: 3 } });
});
