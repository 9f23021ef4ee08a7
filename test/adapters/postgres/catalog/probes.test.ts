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
import { testMajors } from "../../../support/servers.ts";

const folder = fileURLToPath(new URL("../../../cases/probes", import.meta.url));

interface Probe {
  readonly kind: string;
  readonly attribute: string;
  readonly schema: string;
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
    return { kind, attribute, schema, a, b, since };
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
      databases.push(database);
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

/** What is only there or not there is named by the kind; everything else by an attribute of it. */
const presence = /^(present|renamed|on|of)/;

function differencesOf(
  { kind, attribute, schema }: Probe,
  { added, removed, changed }: CatalogDifference,
): { readonly seen: boolean; readonly all: readonly string[] } {
  const isOwn = ({ id }: { readonly id: string }): boolean => id.includes(`"${schema}"`);
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
