import { expect, test } from "vitest";
import { rowDigest } from "../../src/backup/row-digest.ts";

function digestOf(...pieces: readonly string[]): string {
  const digest = rowDigest("text");
  for (const piece of pieces) digest.add(Buffer.from(piece));
  return digest.value();
}

test("the order of rows and where pieces end do not count", () => {
  expect(digestOf("a\nb\n", "c\n")).toBe(digestOf("c\n", "b\na\n"));
});

test("a row that comes in pieces is the row", () => {
  const whole = digestOf("a long row\nb\n");
  expect(digestOf("a lo", "ng", " row", "\nb\n")).toBe(whole);
  expect(digestOf("a lo", "n", " row", "\nb\n")).not.toBe(whole);
});

test("a row that differs, is lacking or is there twice counts", () => {
  const good = digestOf("a\nb\n");
  expect(digestOf("a\nc\n")).not.toBe(good);
  expect(digestOf("a\n")).not.toBe(good);
  expect(digestOf("a\nb\nb\n")).not.toBe(good);
});
