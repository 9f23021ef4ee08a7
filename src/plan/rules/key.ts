/** Keys: the constraints that an index stands behind, and the names that go with them. */
import type { Fact, FactOf } from "../../catalog/fact.ts";
import type { ConstraintPayload } from "../../catalog/payloads/relations.ts";
import { qualified } from "../text/names.ts";

type Constraint = FactOf<"constraint">;

export function hasIndex(
  payload: ConstraintPayload,
): payload is Exclude<ConstraintPayload, { readonly type: "check" | "foreign key" }> {
  return payload.type !== "check" && payload.type !== "foreign key";
}

/**
 * A foreign key, or a query grouped by a key, finds another key only by being made again. A partition's key or index
 * only hangs on the one of the table above.
 */
export function restsOnKey(referrer: Fact): boolean {
  if (referrer.kind === "constraint") return !hasIndex(referrer.payload);
  return referrer.kind !== "index";
}

/** What a key holds alone: its index's name, and for a primary key its place, of which a table has one. */
export function keyNames(fact: Constraint): readonly string[] {
  if (!hasIndex(fact.payload)) return [];
  const name = `relation ${indexName(fact)}`;
  if (fact.payload.type !== "primary key") return [name];
  return [name, `primary key of ${fact.parent ?? ""}`];
}

export function indexName(fact: Constraint): string {
  const schema = fact.name.schema ?? "public";
  return qualified({ schema, name: fact.name.name });
}
