/**
 * Where a table is to have from its parents alone what it declares itself: no statement turns the one into the other, so
 * the plan goes as far as statements go, where the table mostly has it from both, and then the table is made again with
 * its rows.
 */
import type { Catalog, Fact } from "../catalog/fact.ts";
import type { FactId } from "../catalog/id.ts";
import { decideFates } from "./fates.ts";
import type { Planning } from "./planning.ts";
import { outOfReach, refuseOutOfReach, type OutOfReach } from "./rules/relink.ts";
import { sideOf } from "./side.ts";

export interface WithinReach {
  /** To a to-side that statements lead to. */
  readonly planning: Planning;
  /** Tables that are to be made again after that, with the reasons. */
  readonly remade: ReadonlyMap<FactId, readonly OutOfReach[]>;
}

export function planWithinReach(planning: Planning): WithinReach {
  const remade = new Map<FactId, OutOfReach[]>();
  const beyond = outOfReach(planning);
  if (beyond.length === 0) return { planning, remade };
  for (const each of beyond) {
    const table = each.fact.parent;
    if (table === undefined || nearest(each) === each.fact) continue;
    remade.set(table, [...(remade.get(table) ?? []), each]);
  }
  const { from, to, major } = planning;
  const near = sideOf(withDeclared(to.catalog, remade));
  // It was of the sides that were given.
  const options = { ...planning.options, difference: undefined };
  const reached = decideFates({ from, to: near, major, options });
  refuseOutOfReach(outOfReach(reached));
  return { planning: reached, remade };
}

function withDeclared(
  catalog: Catalog,
  remade: ReadonlyMap<FactId, readonly OutOfReach[]>,
): Catalog {
  const changed = new Map([...remade.values()].flat().map((each) => [each.fact.id, nearest(each)]));
  const facts = [...catalog.facts].map(([id, fact]) => [id, changed.get(id) ?? fact] as const);
  return { ...catalog, facts: new Map(facts) };
}

function nearest({ fact, near }: OutOfReach): Fact {
  return near ?? declaredToo(fact);
}

/** The same fact, had from a parent and declared in the table itself. */
function declaredToo(fact: Fact): Fact {
  if (fact.kind === "constraint" && fact.payload.inherited === true) {
    const { inherited: _inherited, ...payload } = fact.payload;
    return { ...fact, payload };
  }
  if (fact.kind !== "column") return fact;
  const { inherited, notNull, ...payload } = fact.payload;
  if (inherited !== true && notNull?.inherited !== true) return fact;
  if (notNull === undefined) return { ...fact, payload };
  const { inherited: _inherited, ...own } = notNull;
  return { ...fact, payload: { ...payload, notNull: own } };
}
