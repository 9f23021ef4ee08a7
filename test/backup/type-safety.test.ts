import { expect, test } from "vitest";
import { isBinarySafe, type TypeFacts } from "../../src/backup/type-safety.ts";

const base = { kind: "b", hasBinary: true } as const;
const types: readonly TypeFacts[] = [
  { ...base, oid: 23, name: "int4" },
  { ...base, oid: 1007, name: "_int4", element: 23 },
  { ...base, oid: 2205, name: "regclass" },
  { ...base, oid: 142, name: "xml" },
  { ...base, oid: 1033, name: "aclitem", hasBinary: false },
  { oid: 20001, name: "mood", kind: "e", hasBinary: true },
  { ...base, oid: 20002, name: "_mood", element: 20001 },
  { oid: 20003, name: "number", kind: "d", hasBinary: true, base: 23 },
  { ...base, oid: 20004, name: "_number", element: 20003 },
  { oid: 20005, name: "plain_pair", kind: "c", hasBinary: true, attributes: [23, 23] },
  { oid: 20006, name: "mood_pair", kind: "c", hasBinary: true, attributes: [23, 20001] },
  { oid: 20007, name: "moods", kind: "r", hasBinary: true, base: 20001 },
  { oid: 20008, name: "moods_multi", kind: "m", hasBinary: true, base: 20007 },
  { oid: 20009, name: "list", kind: "d", hasBinary: true, base: 20002 },
  { oid: 20010, name: "class_domain", kind: "d", hasBinary: true, base: 2205 },
  { oid: 20011, name: "_int4_pair", kind: "c", hasBinary: true, attributes: [1007] },
];
const byOid = new Map(types.map((type) => [type.oid, type]));

test.each([
  ["int4", true],
  ["_int4", true],
  ["regclass", false],
  ["xml", false],
  ["aclitem", false],
  ["mood", true],
  ["_mood", false],
  ["number", true],
  ["_number", false],
  ["plain_pair", true],
  ["mood_pair", false],
  ["moods", true],
  ["moods_multi", true],
  ["list", false],
  ["class_domain", false],
  ["_int4_pair", true],
])("whether %s means the same elsewhere in binary: %s", (name, isSafe) => {
  const oid = types.find((type) => type.name === name)?.oid ?? 0;
  expect(isBinarySafe(oid, byOid)).toBe(isSafe);
});

test("a type that is not known is not safe", () => {
  expect(isBinarySafe(99_999, byOid)).toBe(false);
});
