/** Which facts are types, that columns are of. A collation is part of what a column is, and makes way as types do. */
import type { Fact } from "../../catalog/fact.ts";

const typeKinds: ReadonlySet<string> = new Set([
  "enum",
  "domain",
  "composite",
  "range",
  "base_type",
  "collation",
]);

export function isType(fact: Fact | undefined): boolean {
  return fact !== undefined && typeKinds.has(fact.kind);
}
