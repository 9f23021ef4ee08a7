/**
 * A catalog without what belongs to the whole cluster, beside one that can't have it: a backup holds no roles, and what
 * it lacks must not be taken for what is to go.
 */
import type { Finding } from "../core/findings.ts";
import type { Catalog, Fact } from "./fact.ts";
import type { FactId } from "./id.ts";
import { kindEntry } from "./kinds.ts";

export function withoutRoles(catalog: Catalog): Catalog {
  const facts = new Map<FactId, Fact>();
  for (const fact of catalog.facts.values()) {
    const parent = catalog.facts.get(fact.parent ?? "");
    // A comment on a role goes with it.
    const isOnOne = parent !== undefined && isOfCluster(parent);
    if (!isOfCluster(fact) && !isOnOne) facts.set(fact.id, fact);
  }
  if (facts.size === catalog.facts.size) return catalog;
  for (const fact of facts.values()) {
    if (fact.references.every((id) => facts.has(id))) continue;
    facts.set(fact.id, { ...fact, references: fact.references.filter((id) => facts.has(id)) });
  }
  return { ...catalog, facts };
}

/** What was left aside, to be said; nothing where there was nothing. */
export function rolesAside(catalogs: readonly Catalog[], why: string): readonly Finding[] {
  if (!catalogs.some(({ facts }) => [...facts.values()].some(isOfCluster))) return [];
  return [
    {
      code: "CATALOG.ROLES_ASIDE",
      severity: "info",
      object: "roles",
      message: `roles, their memberships and settings were left aside: ${why} holds none`,
    },
  ];
}

function isOfCluster({ kind }: Fact): boolean {
  return kindEntry(kind).optIn === true;
}
