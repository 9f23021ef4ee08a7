import { describe, expect, test } from "vitest";
import { quoteIdentifier, quoteLiteral, truncateIdentifier } from "../../src/sql/quote.ts";
import { testDatabase } from "../support/database.ts";
import { testMajors } from "../support/servers.ts";

const hostile: readonly string[] = [
  "plain",
  "Upper",
  'dou"ble',
  "sin'gle",
  "back\\slash",
  "new\nline",
  "tab\tbed",
  "x; drop table t; --",
  " leading",
  "trailing ",
  "100%",
  "$1",
  "a$b",
  "$$",
  "ünïcode",
  "日本語",
  "😀",
  "no-break\u00a0space",
  "a".repeat(63),
  "a".repeat(64),
  "é".repeat(40),
  `a${"😀".repeat(20)}`,
  "/*",
  ":name",
  "${name}",
];

describe.each(testMajors)("PostgreSQL %i", (major) => {
  test("takes no keyword bare that it wants quoted", async () => {
    const database = await testDatabase(major);
    const keywords = await database.query(
      "select word, quote_ident(word) as quoted from pg_catalog.pg_get_keywords()",
    );
    expect(keywords.length).toBeGreaterThan(400);
    const bare = keywords.filter(
      ({ word, quoted }) => quoted !== word && quoteIdentifier(String(word)) === word,
    );
    expect(bare).toEqual([]);
  });

  test("makes of hostile names and values what they are, cut where it cuts them", async () => {
    const database = await testDatabase(major);
    const client = await database.connect();
    for (const name of hostile) {
      const quoted = quoteIdentifier(name);
      await client.query(`create temp table ${quoted} (${quoted} int)`);
      const { rows } = await client.query(
        "select attname from pg_attribute where attrelid = $1::regclass and attnum = 1",
        [`pg_temp.${quoteIdentifier(truncateIdentifier(name))}`],
      );
      expect(rows).toEqual([{ attname: truncateIdentifier(name) }]);
      await client.query(`drop table ${quoted}`);
      for (const setting of ["on", "off"]) {
        await client.query(`set standard_conforming_strings = ${setting}`);
        const literal = await client.query(`select ${quoteLiteral(name)} as value`);
        expect(literal.rows).toEqual([{ value: name }]);
      }
      await client.query("reset standard_conforming_strings");
    }
  });
});
