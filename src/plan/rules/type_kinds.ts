/** Which facts are types, that columns are of. */
import type { Fact } from "../../catalog/fact.ts";

const typeKinds: ReadonlySet<string> = new Set([
  "enum",
  "domain",
  "composite",
  "range",
  "base_type",
]);

export function isType(fact: Fact | undefined): boolean {
  return fact !== undefined && typeKinds.has(fact.kind);
}
