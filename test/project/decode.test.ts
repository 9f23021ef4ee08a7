import { expect, test } from "vitest";
import { LockstepError } from "../../src/core/errors.ts";
import { decodeText } from "../../src/project/decode.ts";

const bytes = (...parts: readonly (string | number)[]): Uint8Array =>
  Buffer.concat(
    parts.map((part) => (typeof part === "string" ? Buffer.from(part) : Buffer.from([part]))),
  );

function failure(content: Uint8Array): LockstepError {
  try {
    decodeText(content, "a.sql");
  } catch (error) {
    if (error instanceof LockstepError) return error;
    throw error;
  }
  return expect.fail("nothing was refused");
}

test("a byte order mark is taken off and told", () => {
  const decoded = decodeText(bytes(0xef, 0xbb, 0xbf, "select 1;\r\n"), "a.sql");
  expect(decoded).toEqual({ text: "select 1;\r\n", hasByteOrderMark: true });
});

test.each([
  ["a lone byte", bytes("é\nab", 0xa0, "c"), { line: 2, column: 3 }],
  ["a cut character", bytes("ab", 0xe2, 0x82), { line: 1, column: 3 }],
  ["a cut character before another", bytes("a\nb", 0xe2, 0x82, "z"), { line: 2, column: 2 }],
  ["a surrogate", bytes("a", 0xed, 0xa0, 0x80), { line: 1, column: 2 }],
  ["NUL", bytes("select 1;\nselect ", 0, ";"), { line: 2, column: 8 }],
])("%s is refused with its line and column", (_what, content, position) => {
  expect(failure(content)).toMatchObject({
    code: "PROJECT.ENCODING",
    where: { file: "a.sql", ...position },
  });
});

test("UTF-16 is named", () => {
  expect(failure(bytes(0xff, 0xfe, "s", 0)).message).toBe("a.sql is UTF-16, not UTF-8");
});
