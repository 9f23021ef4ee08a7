/**
 * A difference of two catalogs, told object by object and attribute by attribute. What only belongs to an object that
 * is lacking as a whole (a table's columns, its grants) is not told again.
 */
import type { JsonObject, JsonValue } from "../core/errors.ts";
import { sameValue, type CatalogDifference } from "./compare.ts";
import type { Fact } from "./fact.ts";
import type { FactId } from "./id.ts";
import { kindEntry } from "./kinds.ts";

export interface ObjectDifference {
  readonly id: FactId;
  /** For people: `column public.orders.total`. */
  readonly object: string;
  /** Where it is. */
  readonly presence: "both" | "left" | "right";
  /** Of an object that both have. */
  readonly attributes: readonly AttributePair[];
  /** Of an object that one side has. */
  readonly definition: JsonObject | undefined;
}

/** Undefined: PostgreSQL's default. */
export interface AttributePair {
  readonly attribute: string;
  readonly left: JsonValue | undefined;
  readonly right: JsonValue | undefined;
}

export function explainDifference(difference: CatalogDifference): readonly ObjectDifference[] {
  const lacking = new Set([...difference.removed, ...difference.added].map(({ id }) => id));
  const whole = (fact: Fact): boolean => fact.parent === undefined || !lacking.has(fact.parent);
  const told: ObjectDifference[] = [
    ...difference.removed.filter(whole).map((fact) => oneSided(fact, "left")),
    ...difference.added.filter(whole).map((fact) => oneSided(fact, "right")),
    ...difference.changed.map(({ from, attributes }) => ({
      id: from.id,
      object: describeFact(from),
      presence: "both" as const,
      attributes: attributes.flatMap(({ attribute, from: left, to: right }) =>
        narrowed(attribute, left, right),
      ),
      definition: undefined,
    })),
  ];
  return told.sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}

export function describeFact(fact: Pick<Fact, "kind" | "id">): string {
  return `${kindEntry(fact.kind).label} ${fact.id.slice(fact.kind.length + 1)}`;
}

function oneSided(fact: Fact, presence: "left" | "right"): ObjectDifference {
  const { id, payload } = fact;
  return { id, object: describeFact(fact), presence, attributes: [], definition: payload };
}

/** Of two records only the members that differ: `index.method` says more than the whole index twice. */
function narrowed(
  attribute: string,
  left: JsonValue | undefined,
  right: JsonValue | undefined,
): readonly AttributePair[] {
  if (!isRecord(left) || !isRecord(right)) return [{ attribute, left, right }];
  const keys = [...new Set([...Object.keys(left), ...Object.keys(right)])].sort();
  return keys
    .filter((key) => !sameValue(left[key], right[key]))
    .flatMap((key) => narrowed(`${attribute}.${key}`, left[key], right[key]));
}

function isRecord(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
