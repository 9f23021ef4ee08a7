/**
 * What has to be done to one catalog's facts to have another's, as a value that fits in a file: as large as the
 * difference, whatever the size of the two. It knows no kinds, and is no plan: nothing in it says how to get there.
 */
import type { Catalog, Fact } from "./fact.ts";
import type { FactId } from "./id.ts";

export interface CatalogChange {
  readonly gone: readonly FactId[];
  /** Those that come, and those that are altered, as they are afterwards. */
  readonly facts: readonly Fact[];
}

export function catalogChange(from: Catalog, to: Catalog): CatalogChange {
  const gone = [...from.facts.keys()].filter((id) => !to.facts.has(id));
  const facts = [...to.facts.values()].filter((fact) => !isSame(from.facts.get(fact.id), fact));
  return { gone, facts };
}

/** The catalog that the change leads to from there. */
export function changedCatalog(from: Catalog, { gone, facts }: CatalogChange): Catalog {
  const all = new Map(from.facts);
  for (const id of gone) all.delete(id);
  for (const fact of facts) all.set(fact.id, fact);
  return { ...from, facts: all };
}

/** Keys in another order are taken for a difference, which does no harm here. */
function isSame(before: Fact | undefined, after: Fact): boolean {
  return before === after || JSON.stringify(before) === JSON.stringify(after);
}
