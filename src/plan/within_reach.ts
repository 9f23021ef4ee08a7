/**
 * Where a table is to have from its parents alone what it declares itself: no statement turns the one into the other, so
 * the plan goes as far as statements go, where the table mostly has it from both, and then the table is made again with
 * its rows. A foreign table has none, and is made again at once.
 */
import type { Catalog, Fact } from "../catalog/fact.ts";
import type { FactId } from "../catalog/id.ts";
import { decideFates } from "./fates.ts";
import type { Planning } from "./planning.ts";
import { outOfReach, refuseOutOfReach, type OutOfReach } from "./rules/relink.ts";
import { hasNotNull } from "./rules/not_null_names.ts";
import { childTables, counterparts } from "./rules/parents.ts";
import { sideOf } from "./side.ts";

export interface WithinReach {
  /** To a to-side that statements lead to. */
  readonly planning: Planning;
  /** Tables that are to be made again after that, with the reasons. */
  readonly remade: ReadonlyMap<FactId, readonly OutOfReach[]>;
}

export function planWithinReach(given: Planning): WithinReach {
  const remade = new Map<FactId, OutOfReach[]>();
  const elsewhere = foreignBeyond(given);
  const planning = elsewhere.length === 0 ? given : decideFates(given, [], elsewhere);
  const beyond = outOfReach(planning);
  if (beyond.length === 0) return { planning, remade };
  for (const each of beyond) {
    const table = each.fact.parent;
    if (table === undefined || nearest(each) === each.fact) continue;
    if (comesFromNowhere(each.fact, planning)) continue;
    remade.set(table, [...(remade.get(table) ?? []), each]);
  }
  const { from, to, major } = planning;
  const near = sideOf(withDeclared(to.catalog, remade));
  // It was of the sides that were given.
  const options = { ...planning.options, difference: undefined };
  const reached = decideFates({ from, to: near, major, options }, [], elsewhere);
  refuseOutOfReach(outOfReach(reached));
  return { planning: reached, remade };
}

/** Foreign tables, whose rows lie elsewhere: such a one is made again at once, where no table below has its columns. */
function foreignBeyond(planning: Planning): readonly FactId[] {
  const { from, to } = planning;
  if (to.ofKind("foreign_table").length === 0) return [];
  const beyond = outOfReach(planning).filter(({ fact }) => !comesFromNowhere(fact, planning));
  return [...new Set(beyond.map(({ fact }) => fact.parent ?? ""))].filter(
    (id) =>
      from.find("foreign_table", id) !== undefined &&
      to.find("foreign_table", id) !== undefined &&
      childTables(from, id).length + childTables(to, id).length === 0,
  );
}

/** PostgreSQL 18 leaves a NOT NULL bound to nothing where the column above goes alone: no new table has such a one. */
function comesFromNowhere(fact: Fact, { to }: Planning): boolean {
  if (fact.kind !== "column" || fact.payload.notNull?.inherited !== true) return false;
  return !counterparts(to, fact).some(hasNotNull);
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
