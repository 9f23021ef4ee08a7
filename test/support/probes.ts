/**
 * Probes: pairs of schemas that differ in one attribute of one kind of fact, and what shows that the difference is seen.
 * A probe is a folder test/cases/probes/<kind>/<attribute> with both sides whole, or an entry of a file of
 * test/cases/attributes: what both sides have, then what only the one has, and what only the other has.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { compareCatalogs, type CatalogDifference } from "../../src/catalog/compare.ts";
import type { Catalog } from "../../src/catalog/fact.ts";
import { catalogOf, dropSubscriptions } from "./catalog.ts";
import { administer, dropDatabase, testDatabase, type TestDatabase } from "./database.ts";
import { dumpText } from "./dump.ts";
import { oracleLines, oraclePresent } from "./oracle.ts";

export interface Probe {
  readonly kind: string;
  readonly attribute: string;
  /** Of its own; it also names what has no schema. */
  readonly schema: string;
  /** What ids of its facts hold. */
  readonly object: string;
  readonly a: string;
  readonly b: string;
  /** The first major that has it. */
  readonly since: number;
}

const cases = fileURLToPath(new URL("../cases", import.meta.url));

/** Of every major. */
export function readProbes(): readonly Probe[] {
  return [...foldersOf(join(cases, "probes")), ...entriesOf(join(cases, "attributes"))];
}

function foldersOf(folder: string): readonly Probe[] {
  return readdirSync(folder).flatMap((kind) =>
    readdirSync(join(folder, kind)).map((attribute) => {
      const read = (side: string): string =>
        readFileSync(join(folder, kind, attribute, `${side}.sql`), "utf8");
      const [a, b] = [read("a"), read("b")];
      const since = Number(/^-- since: (\d+)/.exec(a)?.[1] ?? 0);
      return probeOf({ kind, attribute, a, b, since, object: /^-- object: (.+)/.exec(b)?.[1] });
    }),
  );
}

function entriesOf(folder: string): readonly Probe[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .sort()
    .flatMap((file) =>
      readFileSync(join(folder, file), "utf8").split(/^=== /m).slice(1).map(entryOf),
    );
}

/** `kind/attribute [since MAJOR] [object TEXT]`, and below it the three parts. */
function entryOf(text: string): Probe {
  const [head = "", ...lines] = text.split("\n");
  const [, kind = "", attribute = "", since, object] =
    /^(\w+)\/(\w+)(?: since (\d+))?(?: object (.+))?$/.exec(head) ?? [];
  const [both = "", a = "", b = ""] = lines.join("\n").split(/^--- [ab]$/m);
  if (kind === "") throw new Error(`not the head of a probe: ${head}`);
  return probeOf({ kind, attribute, a: both + a, b: both + b, since: Number(since ?? 0), object });
}

type Written = Omit<Probe, "schema" | "object"> & { readonly object: string | undefined };

function probeOf(written: Written): Probe {
  const schema = `${written.kind}-${written.attribute}`;
  const named = (text: string): string => text.replaceAll(':"probe"', `"${schema}"`);
  const [a, b] = [named(written.a), named(written.b)];
  return { ...written, schema, a, b, object: written.object ?? `"${schema}"` };
}

/** What probes need of the whole cluster; kept until the cluster goes. */
export async function prepareCluster(major: number): Promise<void> {
  for (const statement of [
    "set allow_in_place_tablespaces = on; create role probe_grantor",
    "create role probe_superuser superuser",
  ]) {
    await administer(major, statement).catch(() => undefined);
  }
  const admin = await testDatabase(major, { keep: true });
  const client = await admin.connect();
  await client.query("set allow_in_place_tablespaces = on");
  await client.query("create tablespace probe_space location ''").catch(() => undefined);
  await client.end();
  await dropDatabase(admin);
}

/** A database with one side of each probe. The caller drops it. */
export async function probeDatabase(
  major: number,
  probes: readonly Probe[],
  side: "a" | "b",
): Promise<TestDatabase> {
  const database = await testDatabase(major, { keep: true });
  const client = await database.connect();
  const script = async (text: string): Promise<unknown> => await client.query(text);
  const problem = await loadProbes({ script }, probes, side);
  await client.end();
  if (problem !== undefined) throw new Error(problem);
  return database;
}

/** Each in a schema of its own. The answer is why one could not be made. */
export async function loadProbes(
  session: { script(text: string): Promise<unknown> },
  probes: readonly Probe[],
  side: "a" | "b",
): Promise<string | undefined> {
  for (const probe of probes) {
    const name = `"${probe.schema}"`;
    try {
      await session.script(`create schema ${name}; set search_path = ${name}`);
      await session.script(probe[side]);
    } catch (error) {
      return `${probe.schema}, side ${side}: ${String(error)}`;
    }
  }
  await session.script("reset all");
  return undefined;
}

export async function dropProbeDatabase(database: TestDatabase): Promise<void> {
  await database.run(dropSubscriptions);
  await dropDatabase(database);
}

/** What is only there or not there is named by the kind; everything else by an attribute of it. */
const presence = /^(present|renamed|on|of)/;

export function differencesOf(
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

/** What a dump leaves out, and says so: the values of secrets. */
const secretive: ReadonlySet<string> = new Set([
  "foreign_data_wrapper",
  "server",
  "user_mapping",
  "subscription",
]);

export interface Remade {
  readonly catalog: readonly string[];
  readonly oracle: readonly string[];
}

/** What is otherwise in a database that a catalog's dump made: nothing, if all is well. */
export async function remade(catalog: Catalog, original: TestDatabase): Promise<Remade> {
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
    const oracle = after.filter((line) => !known.has(line) && !/^(fdw|um|srv|sub) /.test(line));
    return { catalog: differences, oracle };
  } finally {
    await dropProbeDatabase(database);
  }
}
