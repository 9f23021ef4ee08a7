/** The hash of a row against what has to change it, and what must not, on the oldest and the newest server. */
import { expect, test } from "vitest";
import { rowHash } from "../../src/data/row-hash.ts";
import { testDatabase, type TestDatabase } from "../support/database.ts";
import { testMajors } from "../support/servers.ts";

/** For each type, values that are all different as they are written, some of them equal to each other. */
const differing: Readonly<Record<string, readonly string[]>> = {
  bool: ["true", "false"],
  int2: ["0", "1", "-1", "32767"],
  int4: ["0", "1", "-1", "2147483647"],
  int8: ["0", "1", "-1", "9223372036854775807", "4294967296"],
  oid: ["0", "1", "4294967295"],
  uuid: ["00000000-0000-0000-0000-000000000000", "00000000-0000-0000-0000-000000000001"],
  name: ["", "a", "A"],
  time: ["00:00", "24:00", "00:00:00.000001"],
  timetz: ["12:00+00", "13:00+01"],
  timestamp: [
    "-infinity",
    "infinity",
    "4713-01-01 BC",
    "294276-12-31 23:59:59.999999",
    "2000-01-01",
  ],
  timestamptz: [
    "-infinity",
    "infinity",
    "4714-11-24 00:00+00 BC",
    "294276-12-31 23:59:59.999999+00",
  ],
  date: ["-infinity", "infinity", "4713-01-01 BC", "5874897-12-31", "2000-01-01"],
  interval: ["1 day", "24 hours", "1 mon", "30 days", "-1 day"],
  text: ["", "a", "A", "a ", "ä", "a\u0308", "null", "x".repeat(5_000)],
  varchar: ["", "a", "a "],
  bpchar: ["", "a", "a ", "a  "],
  "char(3)": ["", "a", "b"],
  numeric: ["0", "1", "1.0", "1.00", "-1", "NaN", "infinity", "-infinity", "1e-30", "1e200"],
  "numeric(8, 3)": ["1", "1.001", "NaN"],
  float4: ["0", "-0", "NaN", "infinity", "1e-40"],
  float8: ["0", "-0", "NaN", "infinity", "-infinity", "5e-324"],
  bytea: ["\\x", "\\x00", "\\x0000", "\\xff"],
  json: ['{"a":1}', '{"a": 1}', '{"a":1,"a":1}', "null"],
  "int4[]": ["{}", "{1}", "{{1}}", "{NULL}", "[2:2]={1}"],
  "text[]": ["{}", '{""}', "{NULL}", '{"NULL"}'],
  tstzrange: ["empty", "[,)", "[2000-01-01 00:00+00,2001-01-01 00:00+00)"],
  jsonb: [
    '{"a": 1}',
    '{"a": -1}',
    '{"a": 1.0}',
    "[[1], 2]",
    "[[1, 2]]",
    '{"a": 2}',
    '{"b": 1}',
    "null",
    "[]",
    "{}",
    '"1"',
    "1",
    "true",
    "[1, 2]",
  ],
};

const bases: Readonly<Record<string, string>> = {
  "char(3)": "bpchar",
  "numeric(8, 3)": "numeric",
  "int4[]": "_int4",
  "text[]": "_text",
};

/** Of one row for each literal, and one for null. */
async function hashesOf(
  database: TestDatabase,
  type: string,
  literals: readonly string[],
): Promise<readonly string[]> {
  const hash = rowHash([{ name: "v", base: bases[type] ?? type, isBuiltin: true }]) ?? "0";
  const rows = await database.query(
    `select (${hash})::text as hash from (select x::${type} as v, n
      from pg_catalog.unnest($1::text[]) with ordinality given(x, n)) s order by n`,
    [[...literals, null]],
  );
  return rows.map((row) => String(row["hash"]));
}

async function sumOf(database: TestDatabase, rows: string): Promise<string> {
  const columns = ["int4", "int4", "jsonb"].map((base, at) => {
    return { name: `c${at}`, base, isBuiltin: true };
  });
  const [row] = await database.query(
    `select pg_catalog.sum(${rowHash(columns)})::text as sum from (${rows}) s(c0, c1, c2)`,
  );
  return String(row?.["sum"]);
}

test("values that are written differently have different hashes, the same on every major", async () => {
  const found = await Promise.all(
    testMajors.map(async (major) => {
      const database = await testDatabase(major);
      const entries: [string, readonly string[]][] = [];
      for (const [type, literals] of Object.entries(differing)) {
        entries.push([type, await hashesOf(database, type, literals)]);
      }
      return Object.fromEntries(entries);
    }),
  );
  for (const [type, hashes] of Object.entries(found[0] ?? {})) {
    expect(new Set(hashes).size, `${type}: ${hashes.join(" ")}`).toBe(hashes.length);
  }
  for (const each of found.slice(1)) expect(each).toEqual(found[0]);
});

test("a sum of them tells what went to another row or column, came twice, or was written otherwise in jsonb", async () => {
  const database = await testDatabase();
  const rows = (columns: string, where = ""): string =>
    `select ${columns} from generate_series(1, 500) g ${where}`;
  const json = `jsonb_build_object('n', g::numeric)`;
  const right = await sumOf(database, rows(`g, -g, ${json}`));
  expect(await sumOf(database, `${rows(`g, -g, ${json}`)} order by g desc`)).toBe(right);
  const wrong = [
    rows(`-g, g, ${json}`),
    rows(`g, g - 501, ${json}`),
    rows(`g, -g, ${json}`, "where g <> 7"),
    rows(`case g when 7 then 8 else g end, case g when 7 then -8 else -g end, ${json}`),
    rows(`g, case g when 7 then null else -g end, ${json}`),
    rows(`g, -g, jsonb_build_object('n', g::numeric(8, 1))`),
  ];
  const sums = await Promise.all(wrong.map((each) => sumOf(database, each)));
  expect(new Set([right, ...sums]).size).toBe(wrong.length + 1);
});

test("no column at all is no hash", () => {
  expect(rowHash([])).toBeUndefined();
});
