/**
 * Each folder of test/cases/probes/<kind>/<attribute> holds two schemas that differ in that attribute alone. All of
 * them live side by side in two databases, each in a schema of its own, which also names what has no schema.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { compareCatalogs, type CatalogDifference } from "../../../../src/catalog/compare.ts";
import { fingerprint, hashCatalog } from "../../../../src/catalog/fingerprint.ts";
import type { Catalog } from "../../../../src/catalog/fact.ts";
import { catalogOf, dropSubscriptions } from "../../../support/catalog.ts";
import { dropDatabase, testDatabase, type TestDatabase } from "../../../support/database.ts";
import { dumpText } from "../../../support/dump.ts";
import { oracleLines, oraclePresent } from "../../../support/oracle.ts";
import { testMajors } from "../../../support/servers.ts";

const folder = fileURLToPath(new URL("../../../cases/probes", import.meta.url));

interface Probe {
  readonly kind: string;
  readonly attribute: string;
  readonly schema: string;
  /** What ids of its facts hold. */
  readonly object: string;
  readonly a: string;
  readonly b: string;
  readonly since: number;
}

const probes: readonly Probe[] = readdirSync(folder).flatMap((kind) =>
  readdirSync(join(folder, kind)).map((attribute) => {
    const schema = `${kind}-${attribute}`;
    const read = (side: string): string =>
      readFileSync(join(folder, kind, attribute, `${side}.sql`), "utf8").replaceAll(
        ':"probe"',
        `"${schema}"`,
      );
    const [a, b] = [read("a"), read("b")];
    const since = Number(/^-- since: (\d+)/.exec(a)?.[1] ?? 0);
    // What belongs to the whole database is called otherwise.
    const object = /^-- object: (.+)/.exec(b)?.[1] ?? `"${schema}"`;
    return { kind, attribute, schema, object, a, b, since };
  }),
);

for (const major of testMajors) {
  const own = probes.filter(({ since }) => since <= major);
  let difference: CatalogDifference;
  let catalogs: readonly [Catalog, Catalog];
  const databases: TestDatabase[] = [];

  beforeAll(async () => {
    const load = async (side: "a" | "b"): Promise<Catalog> => {
      const database = await testDatabase(major, { keep: true });
      databases[side === "a" ? 0 : 1] = database;
      const client = await database.connect();
      for (const probe of own) {
        const name = `"${probe.schema}"`;
        await client.query(`create schema ${name}; set search_path = ${name}`);
        await client.query(probe[side]).catch((error: unknown) => {
          throw new Error(`${probe.schema}/${side}.sql`, { cause: error });
        });
      }
      await client.end();
      return await catalogOf(database);
    };
    catalogs = await Promise.all([load("a"), load("b")]);
    difference = compareCatalogs(catalogs[0], catalogs[1], "strict");
  });

  afterAll(async () => {
    for (const database of databases) {
      await database.run(dropSubscriptions);
      await dropDatabase(database);
    }
  });

  for (const probe of own) {
    test(`on ${major}, ${probe.kind}/${probe.attribute} is seen and named`, () => {
      const names = differencesOf(probe, difference);
      expect(names.seen, names.all.join("\n")).toBe(true);
    });
  }

  test.each([0, 1] as const)(`on ${major}, the dump of side %i makes it again`, async (side) => {
    const original = databases[side];
    if (original === undefined) throw new Error("the databases were not made");
    const again = await remade(catalogs[side], original);
    expect(again).toEqual({ catalog: [], oracle: [] });
  });

  test(`on ${major}, the fingerprint of what each probe makes differs, and of the same is equal`, () => {
    const [a, b] = catalogs;
    expect(fingerprint(a, "strict")).toBe(fingerprint(a, "strict"));
    const [before, after] = [hashCatalog(a, "strict"), hashCatalog(b, "strict")];
    expect(before.fingerprint).not.toBe(after.fingerprint);
    const changed = new Set(
      [...difference.added, ...difference.removed, ...difference.changed].map(({ id }) => id),
    );
    for (const id of changed) {
      expect(before.subtree(id), id).not.toBe(after.subtree(id));
    }
  });
}

/** What a dump leaves out, and says so: the values of secrets. */
const secretive: ReadonlySet<string> = new Set(["server", "user_mapping", "subscription"]);

async function remade(
  catalog: Catalog,
  original: TestDatabase,
): Promise<{ readonly catalog: readonly string[]; readonly oracle: readonly string[] }> {
  const database = await testDatabase(original.major, { keep: true });
  try {
    await database.run(dumpText(catalog));
    const { added, removed, changed } = compareCatalogs(
      catalog,
      await catalogOf(database),
      "strict",
    );
    const differences = [
      ...[...added, ...removed].map(({ id }) => id),
      ...changed
        .filter(({ to }) => !secretive.has(to.kind))
        .map(({ id, attributes }) => `${id}: ${attributes.map((one) => one.attribute).join()}`),
    ];
    if (!oraclePresent) return { catalog: differences, oracle: [] };
    const [before, after] = [await oracleLines(original.url), await oracleLines(database.url)];
    const known = new Set(before);
    const oracle = after.filter((line) => !known.has(line) && !/^(um|srv|sub) /.test(line));
    return { catalog: differences, oracle };
  } finally {
    await database.run(dropSubscriptions);
    await dropDatabase(database);
  }
}

/** What is only there or not there is named by the kind; everything else by an attribute of it. */
const presence = /^(present|renamed|on|of)/;

function differencesOf(
  { kind, attribute, object }: Probe,
  { added, removed, changed }: CatalogDifference,
): { readonly seen: boolean; readonly all: readonly string[] } {
  const isOwn = ({ id }: { readonly id: string }): boolean => id.includes(object);
  const appeared = [...added, ...removed].filter(isOwn);
  const altered = changed.filter(isOwn);
  const seen =
    altered.some(
      (fact) =>
        fact.to.kind === kind && fact.attributes.some((one) => attribute.startsWith(one.attribute)),
    ) ||
    (presence.test(attribute) && appeared.some((fact) => fact.kind === kind));
  const all = [
    ...appeared.map(({ id }) => `${id} is on one side`),
    ...altered.map((fact) => `${fact.id}: ${fact.attributes.map((one) => one.attribute).join()}`),
  ];
  return { seen, all };
}
