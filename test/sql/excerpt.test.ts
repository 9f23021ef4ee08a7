import { expect, test } from "vitest";
import { excerptAt } from "../../src/sql/excerpt.ts";

test("the caret stands under the character that is meant", () => {
  const text = "select 1;\r\ncreate tabel t (a int);\n";
  expect(excerptAt(text, { line: 2, column: 8 })).toEqual([
    "2 | create tabel t (a int);",
    "  |        ^",
  ]);
});

test("tabs and characters outside of the basic plane move the caret as they move the text", () => {
  expect(excerptAt("\tselect '😀' x", { line: 1, column: 13 })[1]).toBe("  | \t            ^");
  expect(excerptAt("select '顧客' x", { line: 1, column: 13 })[1]).toBe("  |               ^");
});

test("of a long line only the beginning is shown, and no caret beyond it", () => {
  const line = "x".repeat(1_000);
  expect(excerptAt(line, { line: 1, column: 900 })).toEqual([`1 | ${"x".repeat(160)} ...`]);
  expect(excerptAt(line, { line: 1, column: 3 })).toHaveLength(2);
});

test("a line that is not there gives nothing", () => {
  expect(excerptAt("a", { line: 2, column: 1 })).toEqual([]);
});
