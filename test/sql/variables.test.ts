import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { LockstepError } from "../../src/core/errors.ts";
import { loadParser, type Parser } from "../../src/sql/parse.ts";
import { interpolate, locateInterpolated, variableNames } from "../../src/sql/variables.ts";

let parser: Parser;
beforeAll(async () => {
  parser = await loadParser();
});

function fill(text: string, values: Readonly<Record<string, string>>): string {
  return interpolate({ file: "a.sql", text }, values).text;
}

function refusal(text: string, values: Readonly<Record<string, string>>): LockstepError {
  try {
    fill(text, values);
  } catch (error) {
    if (error instanceof LockstepError) return error;
    throw error;
  }
  throw new Error("not refused");
}

test("a value becomes what the place where it stands holds", () => {
  const value = 'it\'s "a" \\ b';
  expect(fill("select '${v}'", { v: value })).toBe("select 'it''s \"a\" \\ b'");
  expect(fill("select E'x${v}'", { v: value })).toBe("select E'xit''s \"a\" \\\\ b'");
  expect(fill('select "${v}"', { v: value })).toBe('select "it\'s ""a"" \\ b"');
  expect(fill("create table t_${n} (a numeric(${p}))", { n: "x", p: "10" })).toBe(
    "create table t_x (a numeric(10))",
  );
});

test("outside quotes, and in a function's body, only a plain name or number is taken", () => {
  for (const text of ["select ${v}", "select $$ ${v} $$", "select X'${v}'", "\\echo ${v}"]) {
    expect(fill(text, { v: "plain_1" })).toContain("plain_1");
    expect(refusal(text, { v: "1; drop table t" }).code).toBe("SQL.VARIABLE_INVALID");
    expect(refusal(text, { v: "" }).code).toBe("SQL.VARIABLE_INVALID");
  }
  expect(JSON.stringify(refusal("select ${v}", { v: "top secret" }).toJSON())).not.toContain("top");
});

test("comments, COPY data, other languages' templates and \\${name} stay text", () => {
  const text = "-- ${v}\nselect /* ${v} */ '${a.b}', '${1}';\ncopy t from stdin;\n${v}\n\\.\n";
  expect(fill(text, {})).toBe(text);
  expect(fill("select '\\${v}'", {})).toBe("select '${v}'");
  expect(variableNames(`${text} select \${x}, '\${y}', \${x}`)).toEqual(["x", "y"]);
});

test("a name that nothing sets is an error with its place", () => {
  const error = refusal("select 1;\n  select '${tenant}'", { toString: "x" });
  expect(error.code).toBe("SQL.VARIABLE_UNKNOWN");
  expect(error.where).toEqual({ file: "a.sql", line: 2, column: 11 });
  expect(refusal("select ${constructor}", {}).code).toBe("SQL.VARIABLE_UNKNOWN");
});

test("a place behind a value leads back to the file", () => {
  const mapped = interpolate(
    { file: "a.sql", text: "select '${v}',\n'${v}', oops" },
    { v: "1\n2\n3" },
  );
  const before = mapped.text.slice(0, mapped.text.indexOf("oops"));
  const line = before.split("\n").length;
  const column = before.length - before.lastIndexOf("\n");
  expect(locateInterpolated(mapped, { file: "a.sql", line, column })).toEqual({
    file: "a.sql",
    line: 2,
    column: 9,
  });
});

describe("whatever the value", () => {
  const values = fc.string({ unit: "binary" }).filter((text) => !text.includes("\u0000"));

  test.each([
    ["select '${v}'", "sval"],
    ["select 'x' '${v}'".replace("'x' ", ""), "sval"],
    ["select E'${v}'", "sval"],
  ])("%s holds it and nothing else", (text, field) => {
    fc.assert(
      fc.property(values, (value) => {
        const outcome = parser.parse(fill(text, { v: value }));
        const tree = JSON.stringify(outcome);
        expect(outcome.kind).toBe("parsed");
        if (value !== "") expect(tree).toContain(`"${field}":${JSON.stringify(value)}`);
      }),
    );
  });
});
