import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { changedStatements, meaningHash } from "../../src/sql/meaning.ts";

function same(left: string, right: string): boolean {
  return meaningHash(left) === meaningHash(right);
}

describe("the meaning hash", () => {
  test("does not see how a script is written", () => {
    const script = "CREATE TABLE T (a int); -- one\nselect E'x', a<=-1;";
    expect(same(script, "\ufeffcreate  table t(A INT);\r\n/* two */ select e'x',a <= - 1")).toBe(
      true,
    );
    expect(same("select 'a'\n 'b'", "select 'a' -- c\r\n'b'")).toBe(true);
    expect(same("\\restrict abc\nselect 1;", "\\restrict xyz\nselect 1;")).toBe(true);
    expect(same("", "-- only a comment\n;;")).toBe(true);
  });

  test.each([
    ["select a = 1", "select a = 2"],
    ["select 'A'", "select 'a'"],
    ["select 'a b'", "select 'a  b'"],
    ['select "A"', "select A"],
    ["select 'a' 'b'", "select 'a''b'"],
    ["select 'a'\n'b'", "select 'a''b'"],
    ["select @-1", "select @ -1"],
    ["select 1; select 2", "select 1 select 2"],
    ["\\set a 1", "\\set a 2"],
    ["select :Name", "select :name"],
    ["copy t from stdin;\n1\n\\.\n", "copy t from stdin;\n2\n\\.\n"],
    ["select 1 \\gset", "select 1;"],
    ["select É", "select é"],
  ])("tells %j from %j", (left, right) => {
    expect(same(left, right)).toBe(false);
  });

  const token = fc.constantFrom(
    "select",
    "a",
    "B",
    "'s'",
    "'it''s'",
    "$$x$$",
    '"q"',
    "1",
    "2.5",
    "+",
    "<=",
    "(",
    ")",
    ",",
    "::",
    ";",
  );
  const gap = fc.constantFrom(" ", "\n", "\r\n", "\t", " -- c;'\n", " /* ; ' */ ", "  ");

  test("is the same for the same tokens and any space between them", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(token, gap, gap)), (parts) => {
        // Two strings with a line end between them are one string; a comma keeps them apart.
        const write = (pick: (part: readonly [string, string, string]) => string): string =>
          parts
            .map((part) => `${part[0]} ${part[0].endsWith("'") ? "," : ""}${pick(part)}`)
            .join("");
        expect(
          same(
            write((part) => part[1]),
            write((part) => part[2]),
          ),
        ).toBe(true);
      }),
    );
  });

  test("changes when a token does", () => {
    fc.assert(
      fc.property(fc.array(token, { minLength: 1 }), fc.nat(), token, (tokens, at, other) => {
        const index = at % tokens.length;
        const replaced = tokens.with(index, other);
        fc.pre(tokens[index] !== other && tokens[index] !== ";" && other !== ";");
        expect(same(tokens.join(" "), replaced.join(" "))).toBe(false);
      }),
    );
  });
});

describe("changedStatements", () => {
  test("names what was removed and added, with its line", () => {
    const before = "create table a ();\ncreate table b (x int);\ncreate table c ();";
    const after =
      "create table a (); -- same\n\ncreate table b (x bigint);\ncreate table c ();\nselect 1;";
    expect(changedStatements(before, after)).toEqual([
      { kind: "removed", ordinal: 2, line: 2, text: "create table b (x int);" },
      { kind: "added", ordinal: 2, line: 3, text: "create table b (x bigint);" },
      { kind: "added", ordinal: 4, line: 5, text: "select 1;" },
    ]);
  });

  test("is empty exactly when the hashes are equal, and turns one list into the other", () => {
    const script = fc.array(fc.constantFrom("select 1;", "select 2;", "select 3;"), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(script, script, (before, after) => {
        const changes = changedStatements(before.join("\n"), after.join("\n"));
        expect(changes.length === 0).toBe(same(before.join(""), after.join("")));
        const removed = new Set(changes.filter((c) => c.kind === "removed").map((c) => c.ordinal));
        const kept = before.filter((_, index) => !removed.has(index + 1));
        const result: string[] = [...kept];
        for (const change of changes) {
          if (change.kind === "added") result.splice(change.ordinal - 1, 0, change.text);
        }
        expect(result).toEqual(after);
      }),
    );
  });
});
