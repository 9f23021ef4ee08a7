import fc from "fast-check";
import { loadModule, parseSync, scanSync } from "libpg-query";
import { beforeAll, describe, expect, test } from "vitest";
import { LockstepError } from "../../src/core/errors.ts";
import {
  quoteIdentifier,
  quoteLiteral,
  quoteQualifiedName,
  truncateIdentifier,
} from "../../src/sql/quote.ts";

beforeAll(loadModule);

/** Any text that PostgreSQL can store: no NUL, no half of a surrogate pair. */
const anyText = fc
  .string({ unit: "binary", minLength: 1 })
  .filter((text) => !text.includes("\u0000"));

describe("quoteIdentifier", () => {
  test("leaves a plain name bare and quotes every other", () => {
    expect(quoteIdentifier("party_role")).toBe("party_role");
    expect(quoteIdentifier("Party")).toBe('"Party"');
    expect(quoteIdentifier("user")).toBe('"user"');
    expect(quoteIdentifier('say "hi"; drop table x')).toBe('"say ""hi""; drop table x"');
    expect(quoteIdentifier(" leading")).toBe('" leading"');
    expect(quoteIdentifier("1st")).toBe('"1st"');
    expect(quoteIdentifier("naïve")).toBe('"naïve"');
    expect(quoteIdentifier("plain", { always: true })).toBe('"plain"');
  });

  test("quotes each keyword that the parser does not take as a column name", () => {
    for (const word of ["json", "system_user", "merge_action", "between", "left", "select"]) {
      expect(quoteIdentifier(word)).toBe(`"${word}"`);
    }
    for (const token of scanSync("abort begin type value name text key path").tokens) {
      expect(quoteIdentifier(token.text)).toBe(token.text);
    }
  });

  test("refuses what no identifier can be", () => {
    expect(() => quoteIdentifier("")).toThrow(LockstepError);
    expect(() => quoteIdentifier("a\u0000b")).toThrow(/NUL/);
  });

  test("is read back by the parser as the same name, whatever the name", () => {
    fc.assert(
      fc.property(anyText, (name) => {
        const cut = truncateIdentifier(name);
        const tree = JSON.stringify(parseSync(`select 1 as ${quoteIdentifier(cut)}`));
        expect(tree).toContain(`"name":${JSON.stringify(cut)}`);
      }),
    );
  });
});

test("quoteQualifiedName quotes each part and leaves out what is undefined", () => {
  expect(quoteQualifiedName("public", "Order")).toBe('public."Order"');
  expect(quoteQualifiedName(undefined, "a.b")).toBe('"a.b"');
});

describe("quoteLiteral", () => {
  test("doubles quotes and writes backslashes so that no setting changes them", () => {
    expect(quoteLiteral("it's")).toBe("'it''s'");
    expect(quoteLiteral("C:\\temp'")).toBe("E'C:\\\\temp'''");
  });

  test("is read back by the parser as the same value, whatever the value", () => {
    fc.assert(
      fc.property(anyText, (value) => {
        const tree = JSON.stringify(parseSync(`select ${quoteLiteral(value)}`));
        expect(tree).toContain(`"sval":${JSON.stringify(value)}`);
      }),
    );
  });
});

describe("truncateIdentifier", () => {
  test("cuts at 63 bytes and never inside a character", () => {
    expect(truncateIdentifier("a".repeat(64))).toBe("a".repeat(63));
    expect(truncateIdentifier("é".repeat(40))).toBe("é".repeat(31));
    expect(truncateIdentifier("a" + "😀".repeat(16))).toBe("a" + "😀".repeat(15));
    expect(truncateIdentifier("short")).toBe("short");
  });
});
