/** A catalog without certain tables and whatever belongs to them, as if they were not there. */
import { isKind, type Catalog, type Fact } from "./fact.ts";
import type { FactId } from "./id.ts";

export interface LeftAside {
  readonly schema: string;
  /** Undefined: the whole schema. */
  readonly table?: string;
}

export function leaveTables(catalog: Catalog, aside: readonly LeftAside[]): Catalog {
  if (aside.length === 0) return catalog;
  const gone = new Set<FactId>();
  for (const fact of catalog.facts.values()) {
    if (aside.some((one) => isOf(fact, one))) gone.add(fact.id);
  }
  // A parent may stand behind its children: go on until nothing is added.
  for (let before = -1; before !== gone.size;) {
    before = gone.size;
    for (const { id, parent } of catalog.facts.values()) {
      if (parent !== undefined && gone.has(parent)) gone.add(id);
    }
  }
  const facts = new Map([...catalog.facts].filter(([id]) => !gone.has(id)));
  return { ...catalog, facts };
}

function isOf(fact: Fact, { schema, table }: LeftAside): boolean {
  const { name } = fact;
  if (table === undefined) {
    return name.schema === schema || (fact.kind === "schema" && name.name === schema);
  }
  if (isKind(fact, "sequence")) {
    const { ownedBy } = fact.payload;
    return ownedBy?.schema === schema && ownedBy.table === table;
  }
  return fact.kind === "table" && name.schema === schema && name.name === table;
}
