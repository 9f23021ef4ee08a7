/** The few texts that are taken apart here and not by the server. */
import { describe, expect, test } from "vitest";
import {
  differencesFromDefault,
  noDefaults,
  parseAclItem,
  usualDefaults,
} from "../../../../src/adapters/postgres/catalog/acl.ts";
import {
  clauseInParentheses,
  splitList,
} from "../../../../src/adapters/postgres/catalog/deparsed.ts";
import { defaultNotNullName } from "../../../../src/catalog/not_null_name.ts";
import { eachRecord } from "../../../../src/adapters/postgres/catalog/packed.ts";
import { testDatabase } from "../../../support/database.ts";

describe("rights", () => {
  test("an item names grantee, grantor and what may be granted on", () => {
    expect(parseAclItem('"odd ""= role"=r*w/"an owner"')).toEqual({
      grantee: 'odd "= role',
      grantor: "an owner",
      privileges: { SELECT: "grantable", UPDATE: "plain" },
    });
    expect(parseAclItem("=X/postgres")).toMatchObject({
      grantee: "",
      privileges: { EXECUTE: "plain" },
    });
  });

  test("the built-in rights written out are no difference", () => {
    const written = ["=X/me", "me=X/me"].map(parseAclItem);
    expect(differencesFromDefault(written, usualDefaults("me", "f", 18))).toEqual([]);
    expect(differencesFromDefault(written, noDefaults("me"))).toHaveLength(2);
  });

  test("what was taken away is a grantee without privileges", () => {
    const differences = differencesFromDefault([], usualDefaults("me", "f", 18));
    expect(differences.map(({ key, privileges }) => [key, privileges])).toEqual([
      ["OWNER", {}],
      ["PUBLIC", {}],
    ]);
  });

  test("MAINTAIN belongs to an owner from 17 on", () => {
    const items = [parseAclItem("me=arwdDxtm/me")];
    expect(differencesFromDefault(items, usualDefaults("me", "r", 17))).toEqual([]);
    expect(differencesFromDefault(items, usualDefaults("me", "r", 16))).toHaveLength(1);
  });
});

test("a clause is found outside of quotes, and ends at its own parenthesis", () => {
  const definition = `CREATE TRIGGER "a WHEN (b" AFTER UPDATE ON t WHEN ((new.a <> ') x (') AND ("(" > 1)) EXECUTE FUNCTION f(' WHEN (1)')`;
  expect(clauseInParentheses(definition, "WHEN")).toBe(`(new.a <> ') x (') AND ("(" > 1)`);
  expect(clauseInParentheses("CREATE TRIGGER x EXECUTE FUNCTION f(' WHEN (1)')", "WHEN")).toBe(
    undefined,
  );
});

test("a list is split at the commas between its members", () => {
  expect(splitList(`lower(a, b), "x,y", 'it''s, so', ARRAY[1, 2], c`)).toEqual([
    "lower(a, b)",
    '"x,y"',
    "'it''s, so'",
    "ARRAY[1, 2]",
    "c",
  ]);
});

test("packed records give their numbers", () => {
  const records: (readonly number[])[] = [];
  eachRecord("1,-2,4294967295 30,0,7", (numbers) => records.push([...numbers]));
  eachRecord("", () => records.push([]));
  expect(records).toEqual([
    [1, -2, 4294967295],
    [30, 0, 7],
  ]);
});

const long = "a_rather_long_name_of_a_table_that_takes_many_of_the_bytes";
test.each([
  ["t", "c"],
  [long, "c"],
  ["t", long],
  [long, long],
  ["ünïcödé_ünïcödé_ünïcödé_ünïcödé_ünïcödé", "ünïcödé_ünïcödé_ünïcödé"],
])("the name of NOT NULL is the one that the server gives: %s.%s", async (table, column) => {
  const database = await testDatabase(18);
  await database.run(`create table "${table}" ("${column}" integer not null)`);
  const [row] = await database.query(
    "select conname from pg_constraint where contype = 'n' and oid >= 16384",
  );
  expect(defaultNotNullName(table, column)).toBe(row?.["conname"]);
});
