/** The digest of what is applied: the order of bytes, and the same hash as the server's. */
import { expect, test } from "vitest";
import { compareByBytes, ledgerDigest } from "../../src/ledger/digest.ts";
import { testDatabase } from "../support/database.ts";

const ids = [
  "b",
  "a",
  "a b",
  "A",
  "_",
  "é",
  "\u{e000}",
  "\u{ffff}",
  "\u{10000}",
  "\u{1f600}",
  "ab",
];

test("ids are compared by the bytes of UTF-8", () => {
  const bytes = (text: string): Buffer => Buffer.from(text, "utf8");
  expect(ids.toSorted(compareByBytes)).toEqual(
    ids.toSorted((left, right) => Buffer.compare(bytes(left), bytes(right))),
  );
});

test("the order of the lines does not matter, an id and a hash each do", () => {
  const lines = ids.map((id) => ({ id, bytesHash: `hash of ${id}` }));
  expect(ledgerDigest(lines.toReversed())).toBe(ledgerDigest(lines));
  expect(ledgerDigest(lines.slice(1))).not.toBe(ledgerDigest(lines));
  const other = lines.map((line) => (line.id === "a" ? { ...line, bytesHash: "x" } : line));
  expect(ledgerDigest(other)).not.toBe(ledgerDigest(lines));
});

test("the server comes to the same digest", async () => {
  const database = await testDatabase();
  const [row] = await database.query(
    `select encode(sha256(convert_to(string_agg(id || ' ' || 'h', E'\\n' order by id collate "C"), 'UTF8')), 'hex') as digest
    from unnest($1::text[]) u(id)`,
    [ids],
  );
  expect(row?.["digest"]).toBe(ledgerDigest(ids.map((id) => ({ id, bytesHash: "h" }))));
});
