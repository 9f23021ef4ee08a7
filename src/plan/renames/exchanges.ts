/**
 * Names that are exchanged, by comments that stay in the files afterwards. Both names are on both sides before and
 * after, so only what bears them tells whether it was done already; where that is alike nobody can tell, and doing it
 * a second time would give each one's values to the other.
 */
import { canonicalRecord } from "../../catalog/canonical.ts";
import type { Catalog, Fact } from "../../catalog/fact.ts";
import { factId, printName, type FactName } from "../../catalog/id.ts";
import { LockstepError } from "../../core/errors.ts";
import type { Rename } from "./rename.ts";

export interface ExchangeSides {
  readonly from: Catalog;
  readonly to: Catalog;
  /** What an object comes to be called within what it was in. */
  readonly landing: (rename: Rename) => FactName;
}

/** Of renames of one depth: without exchanges that were carried out already. */
export function withoutDone(renames: readonly Rename[], sides: ExchangeSides): readonly Rename[] {
  const done = ringsOf(renames, sides).filter((ring) => isDone(ring, sides));
  return renames.filter((rename) => !done.some((ring) => ring.includes(rename)));
}

/** Each gets the name of the next, and the last that of the first. */
function ringsOf(
  renames: readonly Rename[],
  { landing }: ExchangeSides,
): readonly (readonly Rename[])[] {
  const holders = new Map(renames.map((rename) => [placeOf(rename, rename.old), rename]));
  const met = new Set<Rename>();
  const rings: (readonly Rename[])[] = [];
  for (const first of renames) {
    const ring: Rename[] = [];
    let next: Rename | undefined = first;
    while (next !== undefined && !met.has(next)) {
      met.add(next);
      ring.push(next);
      next = holders.get(placeOf(next, landing(next)));
    }
    if (ring.length > 0 && next === first) rings.push(ring);
  }
  return rings;
}

function placeOf({ kind }: Rename, name: FactName): string {
  return `${kind}:${printName(name)}`;
}

function isDone(ring: readonly Rename[], { from, to, landing }: ExchangeSides): boolean {
  let [before, after] = [0, 0];
  for (const rename of ring) {
    const wanted = featuresOf(to, rename.kind, rename.new);
    before += shared(featuresOf(from, rename.kind, rename.old), wanted);
    after += shared(featuresOf(from, rename.kind, landing(rename)), wanted);
  }
  if (before !== after) return after > before;
  const [{ where } = { where: undefined }] = ring;
  const names = ring.map((rename) => printName(rename.old)).join(" and ");
  throw new LockstepError(
    "DIFF.RENAME_EXCHANGE",
    `${names} are to exchange their names, and nothing shows whether they have done so already`,
    where === undefined ? {} : { where },
  );
}

/** What tells one from the other, by all that a name does not say. */
function featuresOf(catalog: Catalog, kind: Rename["kind"], name: FactName): ReadonlySet<string> {
  if (kind === "enum value") return placeOfValue(catalog, name);
  const fact = catalog.facts.get(factId(kind, name));
  if (fact === undefined) return new Set();
  if (fact.kind === "column" || fact.kind === "attribute") return new Set([fact.payload.type]);
  const columns = [...catalog.facts.values()].filter(
    (one) => one.parent === fact.id && (one.kind === "column" || one.kind === "attribute"),
  );
  if (columns.length === 0) return new Set([canonicalRecord(fact.payload, [])]);
  return new Set(columns.map(columnFeature));
}

function columnFeature(fact: Fact): string {
  const type = fact.kind === "column" || fact.kind === "attribute" ? fact.payload.type : "";
  return `${fact.name.name} ${type}`;
}

function placeOfValue(catalog: Catalog, { schema, relation = "", name }: FactName): Set<string> {
  const type = catalog.facts.get(
    factId("enum", { ...(schema === undefined ? {} : { schema }), name: relation }),
  );
  return new Set(type?.kind === "enum" ? [String(type.payload.labels.indexOf(name))] : []);
}

function shared(one: ReadonlySet<string>, other: ReadonlySet<string>): number {
  return [...one].filter((feature) => other.has(feature)).length;
}
