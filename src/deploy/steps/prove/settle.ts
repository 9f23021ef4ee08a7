/**
 * Texts that the server deparses differently before and after a restore. Where two catalogs differ in nothing but the
 * text of an object, both are made again from their own text and read back, until nothing changes any more: the
 * server itself brings them to one form, or they do differ. No rule of ours knows what a text means.
 */
import { sameValue, type CatalogDifference, type ChangedFact } from "../../../catalog/compare.ts";
import type { Catalog } from "../../../catalog/fact.ts";
import { atLevel, type EqualityLevel } from "../../../catalog/level.ts";
import type { JsonValue } from "../../../core/errors.ts";
import { textKeys } from "../replay/text-keys.ts";

/** Undefined: it can't be made again. */
export type Remake = (catalog: Catalog) => Promise<Catalog | undefined>;

export interface Sides {
  readonly left: Catalog;
  readonly right: Catalog;
}

export interface Settled {
  readonly rest: CatalogDifference;
  /** Ids of the objects that were the same all along. */
  readonly settled: readonly string[];
}

/** How often a text may change before it comes to rest; in all that was seen, once. */
const roundsMax = 3;

export async function settleTexts(
  difference: CatalogDifference,
  sides: Sides,
  { remake, level }: { readonly remake: Remake | undefined; readonly level: EqualityLevel },
): Promise<Settled> {
  const candidates = difference.changed.filter(differsInTextOnly);
  if (remake === undefined || candidates.length === 0) return { rest: difference, settled: [] };
  let [left, right] = [atLevel(sides.left, level), atLevel(sides.right, level)];
  let remade: readonly (Catalog | undefined)[] = [sides.left, sides.right];
  const settled = new Set<ChangedFact>();
  for (let round = 0; round < roundsMax && settled.size < candidates.length; round += 1) {
    remade = await Promise.all(
      remade.map(async (one) => (one === undefined ? one : await remake(one))),
    );
    const [madeLeft, madeRight] = remade;
    if (madeLeft === undefined || madeRight === undefined) break;
    const [nextLeft, nextRight] = [atLevel(madeLeft, level), atLevel(madeRight, level)];
    for (const candidate of candidates) {
      const forms = [left, nextLeft].flatMap((one) =>
        [right, nextRight].map((other) => [one, other] as const),
      );
      const isSame = forms.some(([one, other]) => areSame(candidate, one, other));
      if (isSame) settled.add(candidate);
    }
    [left, right] = [nextLeft, nextRight];
  }
  const changed = difference.changed.filter((change) => !settled.has(change));
  return { rest: { ...difference, changed }, settled: [...settled].map(({ id }) => id) };
}

function areSame({ id, attributes }: ChangedFact, left: Catalog, right: Catalog): boolean {
  const [one, other] = [left.facts.get(id)?.payload, right.facts.get(id)?.payload];
  if (one === undefined || other === undefined) return false;
  return attributes.every(({ attribute }) =>
    sameValue(valueAt(one, attribute), valueAt(other, attribute)),
  );
}

/** Payloads are records of JSON values; the union of their shapes has no common index. */
function valueAt(payload: object, attribute: string): JsonValue | undefined {
  return (payload as Readonly<Record<string, JsonValue | undefined>>)[attribute];
}

/** Nothing but such texts: an index that differs in its method as well is another index. */
function differsInTextOnly({ attributes }: ChangedFact): boolean {
  return attributes.every(({ attribute, from, to }) => differInText(attribute, from, to));
}

function differInText(
  key: string,
  one: JsonValue | undefined,
  other: JsonValue | undefined,
): boolean {
  if (sameValue(one, other)) return true;
  if (typeof one === "string" && typeof other === "string") return textKeys.has(key);
  if (typeof one !== "object" || typeof other !== "object") return false;
  if (one === null || other === null || Array.isArray(one) !== Array.isArray(other)) return false;
  const [ones, others] = [new Map(Object.entries(one)), new Map(Object.entries(other))];
  if (ones.size !== others.size) return false;
  return [...ones].every(([name, value]) =>
    others.has(name)
      ? differInText(Array.isArray(one) ? key : name, value, others.get(name))
      : false,
  );
}
