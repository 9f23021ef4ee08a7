/**
 * The reader is not its own judge: an independent fingerprint, plain SQL over the system catalogs, says of pairs of
 * real schemas whether they are equal, and ours has to agree. A sample by default; every tenth with LOCKSTEP_PAIRS=10,
 * all with LOCKSTEP_PAIRS=all (`npm run test:catalog`), the second quarter of them with LOCKSTEP_PAIRS_AT=2/4 beside it.
 * Cases where the two may differ stand in `known` with the reason which of them is right.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { compareCatalogs, isEmptyDifference } from "../../../../src/catalog/compare.ts";
import { fingerprint } from "../../../../src/catalog/fingerprint.ts";
import { catalogOf, dropSubscriptions } from "../../../support/catalog.ts";
import { administer, testDatabase, type TestDatabase } from "../../../support/database.ts";
import { oracleFingerprint, oraclePresent } from "../../../support/oracle.ts";
import { testMajors } from "../../../support/servers.ts";

const corpus = fileURLToPath(new URL("../../../../../shared/corpora/diff", import.meta.url));
const isPresent = oraclePresent && existsSync(corpus);
const pairs = process.env["LOCKSTEP_PAIRS"] ?? "";
const sampleEvery = pairs === "all" ? 1 : Number(pairs) || 120;
const [slice = 1, slices = 1] = (process.env["LOCKSTEP_PAIRS_AT"] ?? "1/1").split("/").map(Number);

/** Case -> why the two need not agree. */
const known: Readonly<Record<string, string>> = {};

const cases = !isPresent
  ? []
  : readdirSync(corpus)
      .flatMap((set) => readdirSync(join(corpus, set)).map((name) => `${set}/${name}`))
      .filter((path) => existsSync(join(corpus, path, "before.sql")))
      .filter((_path, index) => index % sampleEvery === 7 % sampleEvery)
      .filter((_path, index, all) => Math.floor((index * slices) / all.length) === slice - 1);

test.skipIf(isPresent)(
  "the corpora and the independent fingerprint are not beside the checkout",
  () => {
    expect(cases).toEqual([]);
  },
);

/** The rows of docs/reference/catalog.md under "What another comparison may see otherwise". */
const disagreements: Readonly<Record<string, { readonly both: string; readonly one: string }>> = {
  "rights that were written out say what NULL says": {
    both: "create table t (a integer)",
    one: "grant select on t to public; revoke select on t from public",
  },
  "grants stand in no order": {
    both: "create table t (a integer)",
    one: "grant select on t to pg_monitor; grant select on t to pg_read_all_data",
  },
  "words of a connection stand in no order": {
    both: "create view v as select 1 as a",
    one: "create subscription s connection 'host=nowhere port=1' publication p with (connect = false, slot_name = none)",
  },
  "a member of an extension that was altered is the extension's": {
    both: "create extension citext",
    one: "comment on function regexp_match(citext, citext) is 'altered'",
  },
  "a comment on a large object is the data's": {
    both: "select lo_create(47110)",
    one: "comment on large object 47110 is 'noted'",
  },
  "what hangs on an extension's table is not compared": {
    both: "create extension hstore; begin; create table t (a integer); alter extension hstore add table t; commit",
    one: "create index on t (a)",
  },
};

function inOtherOrder(sql: string): string {
  return sql
    .replace("host=nowhere port=1", "port=1 host=nowhere")
    .replace(/^(grant .*); (grant .*)$/, "$2; $1");
}

describe.skipIf(!oraclePresent)("where a literal comparison sees a difference", () => {
  test.each(Object.entries(disagreements))("%s", async (name, { both, one }) => {
    const major = testMajors.at(-1) ?? 18;
    const sides = [await testDatabase(major), await testDatabase(major)] as const;
    for (const side of sides) await side.run(both);
    const otherOrder = inOtherOrder(one);
    if (otherOrder !== one) await sides[0].run(otherOrder);
    await sides[1].run(one);
    const [left, right] = [
      await oracleFingerprint(sides[0].url),
      await oracleFingerprint(sides[1].url),
    ];
    expect(left).not.toBe(right);
    const [ours, other] = [await catalogOf(sides[0]), await catalogOf(sides[1])];
    expect(fingerprint(ours, "strict")).toBe(fingerprint(other, "strict"));
    for (const side of sides) await side.run(dropSubscriptions);
    const isSaid = other.findings.some(({ code }) => code === "CATALOG.EXTENSION_CHANGED");
    expect(isSaid).toBe(name.includes("extension"));
  });
});

describe.skipIf(!isPresent).each(testMajors)("on %i", (major) => {
  const counts = { compared: 0, equal: 0, unloadable: 0 };

  test.each(cases)("%s: both say equal, or both say different", async (path) => {
    const sides = await loadPair(major, path);
    if (sides === undefined) {
      counts.unloadable += 1;
      return;
    }
    const [before, after] = sides;
    const catalogs = [await catalogOf(before), await catalogOf(after)] as const;
    const [one, other] = [await oracleFingerprint(before.url), await oracleFingerprint(after.url)];
    for (const database of sides) await database.run(dropSubscriptions);
    const isEqual = fingerprint(catalogs[0], "strict") === fingerprint(catalogs[1], "strict");
    const difference = compareCatalogs(...catalogs, "strict");
    expect(isEmptyDifference(difference)).toBe(isEqual);
    counts.compared += 1;
    if (isEqual) counts.equal += 1;
    if (known[path] === undefined) expect(isEqual, JSON.stringify(difference)).toBe(one === other);
  });

  test("most of the corpus loads", () => {
    process.stdout.write(`catalog pairs on ${major}: ${JSON.stringify(counts)}\n`);
    // A slice of nothing, "5/4", has proved nothing.
    expect(cases).not.toEqual([]);
    expect(counts.compared).toBeGreaterThan(cases.length * 0.8);
  });
});

/** Undefined when a side does not load on this major. */
async function loadPair(
  major: number,
  path: string,
): Promise<readonly [TestDatabase, TestDatabase] | undefined> {
  const folder = join(corpus, path);
  const meta: unknown = JSON.parse(readFileSync(join(folder, "meta.json"), "utf8"));
  const roles = typeof meta === "object" && meta !== null && "roles" in meta ? meta.roles : [];
  for (const role of Array.isArray(roles) ? roles : []) {
    await administer(major, `create role "${String(role)}"`).catch(() => undefined);
  }
  const cluster = join(folder, "cluster.sql");
  if (existsSync(cluster)) {
    await administer(major, readFileSync(cluster, "utf8")).catch(() => undefined);
  }
  const sides = [await testDatabase(major), await testDatabase(major)] as const;
  try {
    await sides[0].run(readFileSync(join(folder, "before.sql"), "utf8"));
    await sides[1].run(readFileSync(join(folder, "after.sql"), "utf8"));
    return sides;
  } catch {
    return undefined;
  }
}
