/**
 * Pairs of schemas that differ in one attribute: the difference is seen and named, and a dump makes each side again.
 * All of them live side by side in two databases, each in a schema of its own, which also names what has no schema.
 * `npm run test:probes` also plans from each side to the other.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { compareCatalogs, type CatalogDifference } from "../../../../src/catalog/compare.ts";
import { fingerprint, hashCatalog } from "../../../../src/catalog/fingerprint.ts";
import type { Catalog } from "../../../../src/catalog/fact.ts";
import { catalogOf } from "../../../support/catalog.ts";
import type { TestDatabase } from "../../../support/database.ts";
import {
  differencesOf,
  dropProbeDatabase,
  prepareCluster,
  probeDatabase,
  readProbes,
  remade,
} from "../../../support/probes.ts";
import { testMajors } from "../../../support/servers.ts";

const probes = readProbes();

for (const major of testMajors) {
  const own = probes.filter(({ since }) => since <= major);
  let difference: CatalogDifference;
  let catalogs: readonly [Catalog, Catalog];
  const databases: TestDatabase[] = [];

  beforeAll(async () => {
    await prepareCluster(major);
    const load = async (side: "a" | "b"): Promise<Catalog> => {
      const database = await probeDatabase(major, own, side);
      databases[side === "a" ? 0 : 1] = database;
      return await catalogOf(database);
    };
    catalogs = await Promise.all([load("a"), load("b")]);
    difference = compareCatalogs(catalogs[0], catalogs[1], "strict");
  });

  afterAll(async () => {
    for (const database of databases) await dropProbeDatabase(database);
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
