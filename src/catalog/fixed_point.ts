/**
 * The server writes some expressions differently after a restore than before: `IN` on a varchar gets its casts in
 * another place, a view gains one. No rule of ours says which texts mean the same; the server does: what differs in
 * such a text alone is made again from the text on both sides, read back, and compared once more.
 */
import {
  compareCatalogs,
  comparePayloads,
  type CatalogDifference,
  type ChangedFact,
} from "./compare.ts";
import type { Catalog, Fact } from "./fact.ts";
import type { FactId } from "./id.ts";
import { kindEntry } from "./kinds.ts";

/** Makes the facts of a catalog in an empty database and reads them back. */
export type Remake = (part: Catalog) => Promise<Catalog>;

/**
 * `to` with the texts of `from` wherever the server brings both to the same form. Where there are none `to` itself is
 * handed back, and without texts that differ nothing is made.
 */
export async function settleTexts(from: Catalog, to: Catalog, remake: Remake): Promise<Catalog> {
  const difference = compareCatalogs(from, to, "strict");
  return await settleCompared({ from, to, difference }, remake);
}

/** Two catalogs and their difference, strictly. */
export interface Compared {
  readonly from: Catalog;
  readonly to: Catalog;
  readonly difference: CatalogDifference;
}

/** `settleTexts` where the comparison is made already. */
export async function settleCompared(
  { from, to, difference }: Compared,
  remake: Remake,
): Promise<Catalog> {
  if (from.major !== to.major) return to;
  const doubtful = difference.changed.filter(isTextual);
  if (doubtful.length === 0) return to;
  const ids = doubtful.map(({ id }) => id);
  const [before, after] = await Promise.all([
    remake(closureOf(from, ids)),
    remake(closureOf(to, ids)),
  ]);
  const settled = doubtful.flatMap(({ id, from: original, to: other }): readonly Fact[] => {
    const [one, two] = [before.facts.get(id), after.facts.get(id)];
    if (one === undefined || two === undefined) return [];
    const texts = kindEntry(original.kind).deparsedAttributes ?? [];
    const isSame = comparePayloads(one.payload, two.payload).every(
      ({ attribute }) => !texts.includes(attribute),
    );
    return isSame ? [withTextsOf(original, other, texts)] : [];
  });
  if (settled.length === 0) return to;
  const facts = new Map(to.facts);
  for (const fact of settled) facts.set(fact.id, fact);
  return { ...to, facts };
}

/**
 * Brings every text of a catalog to the form that it has after a restore. What was brought there once is remembered,
 * so that of one catalog after another only what is new has to be made.
 */
export function openFixedTexts(remake: Remake): (catalog: Catalog) => Promise<Catalog> {
  const known = new Map<string, Fact>();
  return async (catalog) => {
    const textual = [...catalog.facts.values()].filter(mayPrintOtherwise);
    const open = textual.filter((fact) => !known.has(textKey(fact)));
    if (open.length > 0) {
      const made = await remake(
        closureOf(
          catalog,
          open.map(({ id }) => id),
        ),
      );
      for (const fact of open) known.set(textKey(fact), made.facts.get(fact.id) ?? fact);
    }
    const facts = new Map(catalog.facts);
    for (const fact of textual) {
      const fixed = known.get(textKey(fact));
      const texts = kindEntry(fact.kind).deparsedAttributes ?? [];
      if (fixed !== undefined) facts.set(fact.id, withTextsOf(fixed, fact, texts));
    }
    return { ...catalog, facts };
  };
}

/** Whether anything in a catalog has to be made to know its form after a restore. */
export function hasOpenTexts({ facts }: Catalog): boolean {
  return [...facts.values()].some(mayPrintOtherwise);
}

/** Names, constants and calls of nothing but a constant print alike for ever; most defaults, keys and bounds are no more. */
function mayPrintOtherwise(fact: Fact): boolean {
  return (textsOf(fact) ?? []).some(([attribute, value]) => {
    const text = JSON.stringify(value);
    return attribute !== "partitionOf" && text.includes("(") && !plainCall.test(text);
  });
}

const plainCall = /^"[\w.]+\((?:'[^'"\\]*'(?:::\w+)?)?\)"$/;

/** Undefined: it has none. */
function textsOf({ kind, payload }: Fact): readonly (readonly [string, unknown])[] | undefined {
  const names = kindEntry(kind).deparsedAttributes ?? [];
  const texts = Object.entries(payload).filter(([attribute]) => names.includes(attribute));
  return texts.length === 0 ? undefined : texts;
}

function textKey(fact: Fact): string {
  return `${fact.id}\n${JSON.stringify(textsOf(fact))}`;
}

function isTextual({ from, attributes }: ChangedFact): boolean {
  const texts = kindEntry(from.kind).deparsedAttributes ?? [];
  return attributes.some(({ attribute }) => texts.includes(attribute));
}

/**
 * The facts with all that they need to exist. A relation needs all of its columns: a partition with some of them would be
 * none of its table's.
 */
export function closureOf(catalog: Catalog, ids: readonly FactId[]): Catalog {
  const facts = new Map<FactId, Fact>();
  const columns = columnsByParent(catalog);
  const open = [...ids];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const fact = catalog.facts.get(id);
    if (fact === undefined || facts.has(id)) continue;
    facts.set(id, fact);
    open.push(...fact.references);
    if (fact.parent !== undefined) open.push(fact.parent);
    open.push(...(columns.get(id) ?? []));
  }
  return { ...catalog, facts, findings: [] };
}

function columnsByParent({ facts }: Catalog): ReadonlyMap<FactId, readonly FactId[]> {
  const columns = new Map<FactId, FactId[]>();
  for (const { id, kind, parent } of facts.values()) {
    if (kind !== "column" || parent === undefined) continue;
    const known = columns.get(parent);
    if (known === undefined) columns.set(parent, [id]);
    else known.push(id);
  }
  return columns;
}

/** Both facts are of one kind, which the spread of two unions forgets. */
function withTextsOf(original: Fact, other: Fact, texts: readonly string[]): Fact {
  const own = Object.entries(other.payload).filter(([attribute]) => !texts.includes(attribute));
  const taken = Object.entries(original.payload).filter(([attribute]) => texts.includes(attribute));
  return { ...other, payload: Object.fromEntries([...own, ...taken]) } as unknown as Fact;
}
