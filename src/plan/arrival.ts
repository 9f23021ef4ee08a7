/** Where the columns of a table stand once a plan has run: a place is for good, and only a new table has new ones. */
import type { FactOf } from "../catalog/fact.ts";
import type { FactId } from "../catalog/id.ts";
import type { Planning } from "./planning.ts";

/** Columns that stay keep their place, and new ones come behind them. */
export function arrival({ from, to, fates }: Planning, table: FactId): ReadonlyMap<FactId, number> {
  const stays = (id: FactId): boolean => !fates.drops.has(id) && to.get(id) !== undefined;
  const kept = from.childrenOf("column", table).filter(({ id }) => stays(id));
  const added = to.childrenOf("column", table).filter(({ id }) => fates.creates.has(id));
  const all = [...kept.toSorted(byPosition), ...added.toSorted(byPosition)];
  return new Map(all.map(({ id }, index) => [id, index + 1]));
}

/** The columns that will stand in another place than they should. */
export function misplacedColumns(
  planning: Planning,
  table: FactId,
  reached: ReadonlyMap<FactId, number> = arrival(planning, table),
): readonly FactOf<"column">[] {
  return planning.to
    .childrenOf("column", table)
    .filter(({ id, payload }) => reached.get(id) !== payload.position);
}

export function byPosition(left: FactOf<"column">, right: FactOf<"column">): number {
  return left.payload.position - right.payload.position;
}
