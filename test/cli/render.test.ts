import { stripVTControlCharacters } from "node:util";
import { expect, test } from "vitest";
import { renderError, renderFindings, renderTable } from "../../src/cli/render/human.ts";
import { jsonDocument, jsonError } from "../../src/cli/render/json.ts";
import { plain } from "../../src/cli/render/style.ts";
import { InternalError, LockstepError } from "../../src/core/errors.ts";

test("an error says code, what, where, why, the state and what to type next", () => {
  const error = new LockstepError("SQL.SYNTAX", 'syntax error at or near "tabel"', {
    where: { file: "migrations/004_add_phone.sql", line: 40, column: 8 },
    sqlState: "42601",
    notes: ["40 | create tabel phone (", "            ^"],
    state: "nothing was changed",
    next: "lockstep deploy",
  });
  expect(renderError(error, plain)).toBe(
    [
      'SQL.SYNTAX: syntax error at or near "tabel" (SQLSTATE 42601)',
      "  at migrations/004_add_phone.sql:40:8",
      "  40 | create tabel phone (",
      "              ^",
      "  state: nothing was changed",
      "  next:  lockstep deploy",
      "",
    ].join("\n"),
  );
});

test("what nobody foresaw is a bug, and says that the state is not known", () => {
  const shown = renderError(new TypeError("x is not a function"), plain);
  expect(shown).toContain("INTERNAL.BUG: TypeError: x is not a function");
  expect(shown).toContain("state: unknown: lockstep status shows what is applied");
  expect(jsonError(new InternalError("never"))).toMatchObject({
    error: { code: "INTERNAL.BUG", message: "never" },
  });
});

test("a finding is a line that editors can follow", () => {
  const where = { file: "a.sql", line: 3, column: 1 };
  const finding = { code: "SQL.SYNTAX", severity: "warning", message: "odd", where } as const;
  expect(renderFindings([{ ...finding, hint: "mend it" }], plain)).toBe(
    "a.sql:3:1: warning SQL.SYNTAX: odd\n  mend it\n",
  );
});

test("a table has columns as wide as their widest cell and no blanks at the ends", () => {
  const rows = [
    ["001_init", "applied", ""],
    ["002_add_phone_to_customers", "pending", "x"],
  ];
  expect(renderTable(["id", "state", "note"], rows, plain)).toBe(
    [
      "id                          state    note",
      "001_init                    applied",
      "002_add_phone_to_customers  pending  x",
      "",
    ].join("\n"),
  );
});

test("colours and wide characters do not push what stands behind them aside", () => {
  const colour = (text: string): string => `\u001b[32m${text}\u001b[39m`;
  const rows = [
    [colour("ok"), "顧客", "1"],
    [colour("missing"), "e\u0301 😀", "2"],
    ["ok", "plain", "3"],
  ];
  const shown = renderTable(["state", "of", "n"], rows, plain);
  expect(stripVTControlCharacters(shown).split("\n")).toEqual([
    "state    of     n",
    "ok       顧客   1",
    "missing  e\u0301 😀   2",
    "ok       plain  3",
    "",
  ]);
});

test("a document begins with the format's version, and big integers are text", () => {
  const text = jsonDocument({ rows: 2n ** 60n });
  expect(JSON.parse(text)).toEqual({ formatVersion: 1, rows: "1152921504606846976" });
});
