/**
 * The physical order of columns, which only a new table can change. A table that stands in another order than the
 * to-side says is made again when that is asked for: the old one makes way under another name, the new one gets its
 * rows, and all that rests on it comes back. This decides which tables, and plans nothing but that; it takes no table
 * whose leaving would take rows or values of another along.
 */
import type { CatalogDifference } from "../catalog/compare.ts";
import type { Catalog, Fact, FactOf } from "../catalog/fact.ts";
import type { FactId } from "../catalog/id.ts";
import type { Kind } from "../catalog/kinds.ts";
import { arrival, byPosition, misplacedColumns } from "./arrival.ts";
import { decideFates } from "./fates.ts";
import type { Planning } from "./planning.ts";
import { parentsOf, tablesBelow } from "./rules/parents.ts";
import { outOfReach } from "./rules/relink.ts";
import { sideOf } from "./side.ts";

export interface ColumnOrder {
  /** The to-side with the columns of each table in the order in which the plan leaves them. */
  readonly reached: Catalog;
  /** Tables whose columns then stand in another order than they should. */
  readonly misplaced: readonly FactId[];
}

/** `difference`: of the two sides, strictly, whether or not others than columns were renamed since. */
export function columnOrderAfter(planning: Planning, difference: CatalogDifference): ColumnOrder {
  const facts = new Map<FactId, Fact>();
  const misplaced: FactId[] = [];
  for (const table of shiftedTables(planning, difference)) {
    const reached = arrival(planning, table);
    const moved = misplacedColumns(planning, table, reached);
    if (moved.length === 0) continue;
    misplaced.push(table);
    for (const column of moved) {
      const position = reached.get(column.id) ?? column.payload.position;
      facts.set(column.id, { ...column, payload: { ...column.payload, position } });
    }
  }
  const { catalog } = planning.to;
  if (misplaced.length === 0) return { reached: catalog, misplaced };
  const all = new Map([...catalog.facts].map(([id, fact]) => [id, facts.get(id) ?? fact]));
  return { reached: { ...catalog, facts: all }, misplaced: misplaced.toSorted() };
}

/** Those with columns that are new or stand elsewhere: the others are not looked at. */
function shiftedTables(
  { to, fates }: Planning,
  difference: CatalogDifference,
): ReadonlySet<FactId> {
  const columns = [
    ...[...fates.creates].flatMap((id) => to.find("column", id) ?? []),
    ...difference.changed.flatMap((change) =>
      change.attributes.some(({ attribute }) => attribute === "position") ? [change.to] : [],
    ),
  ];
  const tables = columns.flatMap(({ parent }) => to.find("table", parent)?.id ?? []);
  return new Set(tables.filter((id) => !fates.creates.has(id)));
}

export interface Reordering {
  /** From the order as reached to the one that is wanted; undefined when there is nothing to make again. */
  readonly planning: Planning | undefined;
  /** Tables that keep their order: they can't be made again by themselves. */
  readonly left: readonly FactId[];
}

/** `remade`: those among the misplaced that are made again for another reason. */
export function planReordering(
  { reached, misplaced }: ColumnOrder,
  { to, options, major }: Pick<Planning, "to" | "options" | "major">,
  remade: { has(table: FactId): boolean },
): Reordering {
  const sides = {
    ...{ from: sideOf(reached), to, major },
    // It was of the sides that the plan began with.
    options: { ...options, difference: undefined },
  };
  const left: FactId[] = [];
  const rebuilt: FactId[] = [];
  for (const id of misplaced) {
    // Of tables below each other one at a time.
    const isAbove = tablesBelow(to, id).some((below) => misplaced.includes(below));
    const isInOrder =
      comesInOrder(id, sides) || (options.columnOrder !== "rebuild" && remade.has(id));
    const canBe =
      !isAbove &&
      isInOrder &&
      standsAlone(id, sides) &&
      isWithin(decideFates(sides, [id]), id, misplaced);
    (canBe ? rebuilt : left).push(id);
  }
  if (rebuilt.length === 0) return { planning: undefined, left };
  const planning = decideFates(sides, rebuilt);
  const isTogether = outOfReach(planning).every(({ fact }) => left.includes(fact.parent ?? ""));
  return isTogether ? { planning, left } : { planning: undefined, left: misplaced };
}

/** Those below keep their rows, and come to the new one with what they are to have; `others` have their own turn. */
function isWithin(planning: Planning, table: FactId, others: readonly FactId[]): boolean {
  if (!takesNothingAlong(planning, table)) return false;
  return outOfReach(planning).every(({ fact }) => others.includes(fact.parent ?? ""));
}

/** Partitions have their columns from each other. */
function standsAlone(id: FactId, { to }: Pick<Planning, "to">): boolean {
  const table = to.find("table", id);
  if (table === undefined) return false;
  const { partitionOf, partitionKey } = table.payload;
  if ((partitionOf ?? partitionKey) !== undefined) return false;
  return !to.childrenOf("column", id).some(isUncheckedNotNull);
}

/** Its parents' columns come first, as CREATE TABLE puts them. */
function comesInOrder(id: FactId, { from, to }: Pick<Planning, "from" | "to">): boolean {
  const table = to.find("table", id);
  if (table === undefined) return false;
  const columns = to.childrenOf("column", id).toSorted(byPosition);
  const above = parentsOf(to, table).flatMap((parent) =>
    from.childrenOf("column", parent.id).toSorted(byPosition),
  );
  const order = new Set([...above, ...columns].map(({ name }) => name.name));
  return [...order].every((name, position) => columns[position]?.name.name === name);
}

/** It would be asked of the rows that come in. */
function isUncheckedNotNull({ payload }: FactOf<"column">): boolean {
  return payload.notNull?.notValid === true;
}

/** Kinds that hold rows or values, or what others hold of them. */
const holders: ReadonlySet<Kind> = new Set([
  "attribute",
  "base_type",
  "composite",
  "domain",
  "enum",
  "extension",
  "foreign_table",
  "range",
  "schema",
  "sequence",
  "table",
]);

function takesNothingAlong({ from, fates }: Planning, table: FactId): boolean {
  return [...fates.drops].every((id) => {
    const fact = from.get(id);
    if (fact === undefined || id === table) return true;
    if (fact.kind !== "column") return !holders.has(fact.kind);
    return fact.parent === table || from.find("table", fact.parent) === undefined;
  });
}
