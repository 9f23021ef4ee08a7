import { describe, expect, test } from "vitest";
import type { ErrorCode } from "../../../src/core/codes.ts";
import { LockstepError } from "../../../src/core/errors.ts";
import type { PsqlAction, PsqlAnswer, PsqlOptions } from "../../../src/sql/psql/actions.ts";
import { interpretPsql } from "../../../src/sql/psql/interpret.ts";
import { locateCharacter } from "../../../src/sql/source.ts";

interface World {
  readonly files?: Readonly<Record<string, string>>;
  readonly rows?: readonly (readonly Readonly<Record<string, unknown>>[])[];
  readonly variables?: Readonly<Record<string, string>>;
  readonly file?: string;
}

/** Drives the interpreter with files and rows given beforehand. */
function play(text: string, world: World = {}): readonly PsqlAction[] {
  const options: PsqlOptions = {
    variables: world.variables ?? {},
    connection: { database: "shop", user: "owner", host: "db", port: "5432" },
  };
  const rows = [...(world.rows ?? [])];
  const run = interpretPsql({ file: world.file ?? "migrations/1.sql", text }, options);
  const actions: PsqlAction[] = [];
  let step = run.next();
  while (step.done !== true) {
    actions.push(step.value);
    step = run.next(answerTo(step.value, rows, world.files ?? {}));
  }
  return actions;
}

function answerTo(
  action: PsqlAction,
  rows: (readonly Readonly<Record<string, unknown>>[])[],
  files: Readonly<Record<string, string>>,
): PsqlAnswer | undefined {
  if (action.kind === "run" && action.wants === "rows") {
    return { kind: "rows", rows: rows.shift() ?? [] };
  }
  if (action.kind !== "include") return undefined;
  const file = action.candidates.find((path) => files[path] !== undefined);
  return file === undefined ? undefined : { kind: "included", file, text: files[file] ?? "" };
}

function sent(text: string, world?: World): readonly string[] {
  return play(text, world).flatMap((action) => {
    return action.kind === "message" || action.kind === "include" ? [] : action.statement.text;
  });
}

function said(text: string, world?: World): readonly string[] {
  return play(text, world).flatMap((action) => (action.kind === "message" ? action.text : []));
}

function refusal(text: string, world?: World): LockstepError {
  try {
    play(text, world);
  } catch (error) {
    if (error instanceof LockstepError) return error;
    throw error;
  }
  throw new Error(`not refused: ${text}`);
}

describe("variables", () => {
  test("are put in as text, literal and identifier, and never into strings or comments", () => {
    const script = [
      "\\set n 5",
      "\\set who 'O''Brien \\\\ Co'",
      "\\set tab 'My Table'",
      `select :n, :'who', a from :"tab" where b = ':n' and c = ":n" /* :n */ and d = $$:n$$;`,
    ].join("\n");
    expect(sent(script)).toEqual([
      `select 5,  E'O''Brien \\\\ Co', a from "My Table" where b = ':n' and c = ":n" /* :n */ and d = $$:n$$`,
    ]);
  });

  test("that are not set stay as they are, and casts and slices are no variables", () => {
    const statement = "select a[1:n], 'x'::text, :missing, :'missing' from t";
    expect(sent(`\\set text x\n${statement};`)).toEqual([statement]);
  });

  test("can be asked for, unset and joined", () => {
    expect(
      sent("\\set a x 'y z' :a\nselect :'a', :{?a}, :{?b};\n\\unset a\nselect :{?a};"),
    ).toEqual(["select 'xy z:a', TRUE, FALSE", "select FALSE"]);
  });

  test("whose value holds several statements are split again", () => {
    const [, second] = play("\\set both 'select 1; select 2'\n:both;").map((action) =>
      action.kind === "run" ? action.statement : undefined,
    );
    expect(second?.text).toBe("select 2");
    expect(second && locateCharacter(second, 3)).toMatchObject({ line: 2, column: 1 });
  });

  test("come from outside too", () => {
    expect(sent("select :v;", { variables: { v: "1" } })).toEqual(["select 1"]);
  });
});

test("an error's position leads back to the file, behind what was put in too", () => {
  const script = "\\set long 'a very long value'\n\nselect :'long',\n  oops from t;";
  const [action] = play(script);
  if (action?.kind !== "run") throw new Error("nothing was run");
  const position = action.statement.text.indexOf("oops") + 1;
  expect(locateCharacter(action.statement, position)).toEqual({
    file: "migrations/1.sql",
    line: 4,
    column: 3,
  });
  expect(action.where).toEqual({ file: "migrations/1.sql", line: 3, column: 1 });
});

describe("\\gset", () => {
  test("stores a row, with a prefix and without", () => {
    const script = "select 1 as a \\gset\nselect 2 as a \\gset p_\nselect :a, :p_a, :{?p_b};";
    const rows = [[{ a: 1 }], [{ a: true, b: null }]];
    expect(sent(script, { rows }).at(-1)).toBe("select 1, t, FALSE");
  });

  test("without a statement runs the last one again", () => {
    expect(sent("select 3 as a;\n\\gset\nselect :a;", { rows: [[{ a: 3 }]] })).toEqual([
      "select 3 as a",
      "select 3 as a",
      "select 3",
    ]);
  });

  test("takes exactly one row", () => {
    expect(refusal("select 1 \\gset", { rows: [[]] }).code).toBe("SQL.PSQL_RESULT");
    expect(refusal("select 1 \\gset", { rows: [[{ a: 1 }, { a: 2 }]] }).message).toMatch(/2 rows/);
  });
});

test("\\gexec runs each value that is not null", () => {
  const rows = [[{ x: "create table a ()", y: null }, { x: "create table b ()" }]];
  expect(sent("select f() \\gexec", { rows }).slice(1)).toEqual([
    "create table a ()",
    "create table b ()",
  ]);
});

describe("\\if", () => {
  const script = (value: string): string =>
    [
      `\\set v ${value}`,
      "\\if :v",
      "select 'if';",
      "\\elif on",
      "  \\if no",
      "    \\nonsense 'unclosed",
      "  \\else",
      "    select 'elif';",
      "  \\endif",
      "\\else",
      "select 'else';",
      "\\endif",
    ].join("\n");

  test.each([
    ["true", "if"],
    ["T", "if"],
    ["1", "if"],
    ["off", "elif"],
    ["f", "elif"],
  ])("%s chooses the branch %s", (value, branch) => {
    expect(sent(script(value))).toEqual([`select '${branch}'`]);
  });

  test("refuses what is neither true nor false, and what does not fit together", () => {
    expect(refusal(script("maybe")).code).toBe("SQL.PSQL_CONDITION");
    expect(refusal("\\if :unset\n\\endif").where).toMatchObject({ line: 1 });
    for (const text of ["\\if 1", "\\else", "\\endif", "\\if 1\n\\else\n\\elif 1\n\\endif"]) {
      expect(refusal(text).code).toBe("SQL.PSQL_CONDITION");
    }
  });

  test("skips the data of a COPY in a branch that is not in force", () => {
    expect(sent("\\if 0\ncopy t from stdin;\n'\n\\.\n\\endif\nselect 1;")).toEqual(["select 1"]);
  });
});

describe("files", () => {
  test("are included from the project's root or beside the file", () => {
    const files = { "lib/a.sql": "\\ir b.sql\nselect :x;", "lib/b.sql": "\\set x 7" };
    expect(sent("\\i lib/a.sql\nselect 1;", { files })).toEqual(["select 7", "select 1"]);
    expect(sent("\\i 'a.sql'", { files, file: "lib/1.sql" })).toEqual(["select 7"]);
    expect(sent("\\ir ../lib/a.sql", { files })).toEqual(["select 7"]);
  });

  test("outside the project, absent or in a circle are refused", () => {
    for (const path of ["/etc/passwd", "../../x.sql", "~/x.sql", "C:\\x.sql", "absent.sql"]) {
      expect(refusal(`\\ir '${path.replaceAll("\\", "\\\\")}'`).code).toBe("SQL.PSQL_INCLUDE");
    }
    const files = { "a.sql": "\\i a.sql" };
    expect(refusal("\\i a.sql", { files }).message).toMatch(/include each other/);
  });

  test("are read by \\copy", () => {
    const [action] = play("\\copy s.t (a, b) from 'data/it''s.csv' with (format csv)");
    expect(action).toMatchObject({
      kind: "copyFile",
      candidates: ["data/it's.csv", "migrations/data/it's.csv"],
    });
    expect(sent("\\copy s.t (a, b) from 'x.csv' with (format csv)")).toEqual([
      "COPY s.t (a, b) from STDIN with (format csv)",
    ]);
    const [inline] = play("\\copy t from stdin\n1\n\\.\n");
    expect(inline).toMatchObject({ kind: "copy", data: "1\n" });
  });

  test("\\q ends its file only", () => {
    const files = { "a.sql": "select 1;\n\\q\nselect 2;" };
    expect(sent("\\i a.sql\nselect 3;", { files })).toEqual(["select 1", "select 3"]);
    expect(sent("\\i a.sql;\nselect 3;", { files })).toEqual(["select 1", "select 3"]);
  });
});

describe("\\connect", () => {
  test("to the same place means nothing", () => {
    for (const target of [
      "shop",
      "-",
      '"shop"',
      "shop owner db 5432",
      "shop;",
      "shop owner ;",
      "'dbname=shop user=owner'",
    ]) {
      expect(sent(`\\connect ${target}\nselect 1;`)).toEqual(["select 1"]);
    }
    expect(sent("\\c -reuse-previous=on \"dbname='shop'\"\nselect 1;")).toHaveLength(1);
  });

  test("to another is refused without showing a password", () => {
    expect(refusal("\\c other").code).toBe("SQL.PSQL_DATABASE");
    expect(refusal("\\c other;").message).toContain('"other"');
    expect(refusal("\\c 'shop;'").message).toContain('"shop;"');
    expect(refusal("\\c shop somebody").code).toBe("SQL.PSQL_DATABASE");
    const error = refusal("\\c postgres://owner:secret@db/other");
    expect(JSON.stringify(error.toJSON())).not.toContain("secret");
  });
});

test("what pg_dump writes is taken, and \\restrict keeps every other command out", () => {
  expect(sent("\\restrict k\nset a = 1;\n\\unrestrict k\n\\connect shop\nselect 1;")).toHaveLength(
    2,
  );
  expect(refusal("\\restrict k\n\\echo x\n\\unrestrict k").code).toBe("SQL.PSQL_REFUSED");
  expect(refusal("\\restrict k\n\\unrestrict other").code).toBe("SQL.PSQL_ARGUMENTS");
});

test("\\echo and its like speak, and ON_ERROR_STOP off is answered with a note", () => {
  expect(said("\\set a 5\n\\echo a :a 'b  c' \"d\"\n\\warn -n x\n\\qecho")).toEqual([
    'a 5 b  c "d"',
    "x",
    "",
  ]);
  expect(said("\\set ON_ERROR_STOP 1")).toEqual([]);
  expect(said("\\set ON_ERROR_STOP off")).toHaveLength(1);
});

test("commands that only shape psql's output do nothing", () => {
  const script =
    "\\timing on\n\\pset pager off\n\\x\n\\a\n\\t on\n\\dt+ public.*\n\\encoding UTF8\nselect 1;";
  expect(sent(script)).toEqual(["select 1"]);
});

test("\\; sends several statements as one message", () => {
  expect(play("select 1\\; select 2;")[0]).toMatchObject({
    joined: true,
    statement: { text: "select 1 ; select 2" },
  });
});

const refused: readonly (readonly [string, ErrorCode])[] = [
  ["\\! rm -rf /", "SQL.PSQL_REFUSED"],
  ["\\o | cat", "SQL.PSQL_REFUSED"],
  ["select 1 \\g | cat", "SQL.PSQL_REFUSED"],
  ["select 1 \\g out.txt", "SQL.PSQL_REFUSED"],
  ["\\copy t from program 'x'", "SQL.PSQL_REFUSED"],
  ["\\copy t to 'x'", "SQL.PSQL_REFUSED"],
  ["\\set a `date`", "SQL.PSQL_REFUSED"],
  ["\\prompt x", "SQL.PSQL_REFUSED"],
  ["\\set AUTOCOMMIT off", "SQL.PSQL_REFUSED"],
  ["\\encoding latin1", "SQL.PSQL_REFUSED"],
  ["\\nonsense", "SQL.PSQL_UNKNOWN"],
  ["\\set 'a b' c", "SQL.PSQL_ARGUMENTS"],
  ["\\set a 'b", "SQL.PSQL_ARGUMENTS"],
  ["\\g", "SQL.PSQL_ARGUMENTS"],
  ["select 1\n\\echo x\n, 2;", "SQL.PSQL_INSIDE_STATEMENT"],
  ["copy t from stdin; select 1;\n\\.\n", "SQL.COPY_TRAILING"],
];

test.each(refused)("%j is refused with line and column", (text, code) => {
  const error = refusal(text);
  expect(error.code).toBe(code);
  expect(error.where).toMatchObject({ line: expect.any(Number), column: expect.any(Number) });
});
