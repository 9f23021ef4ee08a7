/**
 * The comparison of two catalogs, and of two payloads. It knows no kind by name: facts are matched by id, payloads
 * are records. What a difference means for a database is for the plan to say.
 */
import type { JsonValue } from "../core/errors.ts";
import type { Catalog, Fact, Payload } from "./fact.ts";
import type { FactId } from "./id.ts";
import { kindEntry } from "./kinds.ts";
import { atLevel, attributesAside, defaultLevel, type EqualityLevel } from "./level.ts";

export interface AttributeDifference {
  readonly attribute: string;
  /** Undefined: the attribute has its default. */
  readonly from: JsonValue | undefined;
  readonly to: JsonValue | undefined;
}

export interface ChangedFact {
  readonly id: FactId;
  readonly from: Fact;
  readonly to: Fact;
  readonly attributes: readonly AttributeDifference[];
}

/** Each list in the order of ids. */
export interface CatalogDifference {
  readonly added: readonly Fact[];
  readonly removed: readonly Fact[];
  readonly changed: readonly ChangedFact[];
  /** On both sides with another parent: an index of the same name may now belong to another table. */
  readonly moved: readonly FactId[];
}

export function compareCatalogs(
  from: Catalog,
  to: Catalog,
  level: EqualityLevel = defaultLevel,
): CatalogDifference {
  const [before, after] = [atLevel(from, level), atLevel(to, level)];
  const added: Fact[] = [];
  const removed: Fact[] = [];
  const changed: ChangedFact[] = [];
  const moved: FactId[] = [];
  const partnerOf = openPartners(after.facts);
  for (const [id, fact] of before.facts) {
    const other = partnerOf(id);
    if (other === undefined) {
      removed.push(fact);
      continue;
    }
    if (other.parent !== fact.parent) moved.push(id);
    if (isIdentical(fact.payload, other.payload)) continue;
    const orders = level === "strict" ? otherOrders(fact, other) : [];
    if (orders.length === 0 && sameRecord(fact.payload, other.payload)) continue;
    const attributes = comparePayloads(fact.payload, other.payload);
    const all = [...attributes, ...orders].sort((a, b) => compareText(a.attribute, b.attribute));
    changed.push({ id, from: fact, to: other, attributes: all });
  }
  const isWhole = removed.length === 0 && before.facts.size === after.facts.size;
  const originOf = openPartners(isWhole ? noFacts : before.facts);
  for (const fact of isWhole ? [] : after.facts.values()) {
    if (originOf(fact.id) === undefined) added.push(fact);
  }
  for (const list of [added, removed, changed]) list.sort(byId);
  return leaveAside({ added, removed, changed, moved }, level);
}

const noFacts: ReadonlyMap<FactId, Fact> = new Map();

/** So far apart may two facts stand that stood side by side, for what was made or dropped between them. */
const besideMax = 64;

/**
 * Finds facts by id that are asked for in the order in which another catalog has them. Catalogs that were read alike
 * have nearly the same order, and it is several times quicker to look at the next fact than to look one up.
 */
function openPartners(facts: ReadonlyMap<FactId, Fact>): (id: FactId) => Fact | undefined {
  const inOrder = [...facts.values()];
  let next = 0;
  return (id) => {
    const beside = inOrder[next];
    if (beside?.id === id) {
      next += 1;
      return beside;
    }
    const found = facts.get(id);
    if (found === undefined) return undefined;
    for (let at = next + 1; at <= next + besideMax; at += 1) {
      if (inOrder[at] === found) next = at;
    }
    if (inOrder[next] === found) next += 1;
    return found;
  };
}

/** A strict difference as a level sees it that leaves attributes aside and no facts or names. */
export function leaveAside(difference: CatalogDifference, level: EqualityLevel): CatalogDifference {
  if (level === "strict") return difference;
  return withoutAttributes(
    difference,
    ({ kind }, { attribute, from, to }) =>
      attributesAside(kind, level)?.includes(attribute) === true || sameValue(from, to),
  );
}

/** A strict difference without what no statement changes. */
export function leaveFixed(difference: CatalogDifference): CatalogDifference {
  return withoutAttributes(
    difference,
    ({ kind }, { attribute }) => kindEntry(kind).fixedAttributes?.includes(attribute) === true,
  );
}

function withoutAttributes(
  difference: CatalogDifference,
  isLeft: (fact: Fact, attribute: AttributeDifference) => boolean,
): CatalogDifference {
  const changed = difference.changed.flatMap((change) => {
    const attributes = change.attributes.filter((one) => !isLeft(change.from, one));
    return attributes.length === 0 ? [] : [{ ...change, attributes }];
  });
  return { ...difference, changed };
}

const noOrders: readonly AttributeDifference[] = [];

/** Options that are the same and stand in another order. */
function otherOrders(from: Fact, to: Fact): readonly AttributeDifference[] {
  const { optionAttributes } = kindEntry(from.kind);
  if (optionAttributes === undefined) return noOrders;
  const found: AttributeDifference[] = [];
  for (const attribute of optionAttributes) {
    const { [attribute]: before }: Payload = from.payload;
    const { [attribute]: after }: Payload = to.payload;
    if (before === undefined || after === undefined || !sameValue(before, after)) continue;
    const [here, there] = [before, after].map((value) => Object.keys(value ?? {}));
    if (!sameValue(here, there)) found.push({ attribute, from: before, to: after });
  }
  return found;
}

export function isEmptyDifference(difference: CatalogDifference): boolean {
  const { added, removed, changed } = difference;
  return added.length + removed.length + changed.length === 0;
}

export function comparePayloads(from: Payload, to: Payload): AttributeDifference[] {
  const differences: AttributeDifference[] = [];
  for (const attribute of Object.keys(from)) {
    if (!sameValue(from[attribute], to[attribute])) {
      differences.push({ attribute, from: from[attribute], to: to[attribute] });
    }
  }
  for (const attribute of Object.keys(to)) {
    if (from[attribute] === undefined && to[attribute] !== undefined) {
      differences.push({ attribute, from: undefined, to: to[attribute] });
    }
  }
  return differences.sort((a, b) => compareText(a.attribute, b.attribute));
}

/** Structural equality; the order of a record's keys does not count, an undefined value is an absent one. */
export function sameValue(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  if (a === b) return true;
  if (!isComposite(a) || !isComposite(b)) return false;
  if (Array.isArray(a) || Array.isArray(b)) return sameList(a, b);
  return sameRecord(asRecord(a), asRecord(b));
}

function sameList(a: JsonValue, b: JsonValue): boolean {
  if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
  for (let at = 0; at < a.length; at += 1) if (!sameValue(a[at], b[at])) return false;
  return true;
}

/** The same, with all keys in the same order: true of nearly every fact, and told more quickly than `sameRecord` does. */
export function isIdentical(a: Payload, b: Payload): boolean {
  if (a === b) return true;
  const keys = Object.keys(a);
  const others = Object.keys(b);
  if (keys.length !== others.length) return false;
  for (let at = 0; at < keys.length; at += 1) {
    const key = keys[at] ?? "";
    if (key !== others[at] || !isIdenticalValue(a[key], b[key])) return false;
  }
  return true;
}

function isIdenticalValue(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  if (a === b) return true;
  if (!isComposite(a) || !isComposite(b)) return false;
  if (!Array.isArray(a) || !Array.isArray(b)) {
    return !Array.isArray(a) && !Array.isArray(b) && isIdentical(asRecord(a), asRecord(b));
  }
  return a.length === b.length && a.every((element, at) => isIdenticalValue(element, b[at]));
}

function sameRecord(a: Payload, b: Payload): boolean {
  for (const key in a) if (!sameValue(a[key], b[key])) return false;
  for (const key in b) if (a[key] === undefined && b[key] !== undefined) return false;
  return true;
}

function isComposite(value: JsonValue | undefined): value is Payload | readonly JsonValue[] {
  return typeof value === "object" && value !== null;
}

/** Array.isArray does not narrow readonly arrays away; the caller has excluded them. */
function asRecord(value: Payload | readonly JsonValue[]): Payload {
  return value as Payload;
}

/** By code unit: the same on every machine, whatever its locale. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function byId(a: { readonly id: FactId }, b: { readonly id: FactId }): number {
  return compareText(a.id, b.id);
}
