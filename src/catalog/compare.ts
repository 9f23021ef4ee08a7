/**
 * The comparison of two catalogs, and of two payloads. It knows no kind by name: facts are matched by id, payloads
 * are records. What a difference means for a database is for the plan to say.
 */
import type { JsonValue } from "../core/errors.ts";
import type { Catalog, Fact, Payload } from "./fact.ts";
import type { FactId } from "./id.ts";
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
  for (const [id, fact] of before.facts) {
    const other = after.facts.get(id);
    if (other === undefined) {
      removed.push(fact);
      continue;
    }
    if (other.parent !== fact.parent) moved.push(id);
    if (!sameRecord(fact.payload, other.payload)) {
      const attributes = comparePayloads(fact.payload, other.payload);
      changed.push({ id, from: fact, to: other, attributes });
    }
  }
  const isWhole = removed.length === 0 && before.facts.size === after.facts.size;
  for (const fact of isWhole ? [] : after.facts.values()) {
    if (!before.facts.has(fact.id)) added.push(fact);
  }
  for (const list of [added, removed, changed]) list.sort(byId);
  return leaveAside({ added, removed, changed, moved }, level);
}

/** A strict difference as a level sees it that leaves attributes aside and no facts or names. */
export function leaveAside(difference: CatalogDifference, level: EqualityLevel): CatalogDifference {
  const changed = difference.changed.flatMap((change) => {
    const aside = attributesAside(change.from.kind, level);
    if (aside === undefined) return [change];
    const attributes = change.attributes.filter(({ attribute }) => !aside.includes(attribute));
    return attributes.length === 0 ? [] : [{ ...change, attributes }];
  });
  return { ...difference, changed };
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

function sameRecord(a: Payload, b: Payload): boolean {
  // Called for every fact of two catalogs: no list of keys is made. A payload is a plain record.
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
