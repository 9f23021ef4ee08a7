/**
 * A table that leaves its parents only to come back to them: what the plan changes above it must have reached it before, for
 * what has left keeps the NOT NULLs, keys and indexes that came from there, and gets none that come.
 */
import type { FactOf } from "../../catalog/fact.ts";
import type { FactId } from "../../catalog/id.ts";
import { notNullOf, nullableOf } from "../keys.ts";
import { isDropped, type Planning } from "../planning.ts";
import { ownName } from "../text/names.ts";
import { keyNames } from "./key.ts";
import { counterparts } from "./parents.ts";
import { aboveOf } from "./parts.ts";

/** What has to be done above. */
export function neededAbove(table: FactId, planning: Planning): readonly string[] {
  return planning.to.childrenOf("column", table).flatMap((column) => {
    const before = planning.from.find("column", column.id);
    if (before === undefined) return [column.id];
    const [was, is] = [before.payload.notNull !== undefined, column.payload.notNull !== undefined];
    if (was === is) return [column.id];
    const makes = (id: FactId): string => (is ? notNullOf({ id }) : nullableOf(id));
    return [column.id, ...allAbove(column, planning).map(makes)];
  });
}

function allAbove(column: FactOf<"column">, planning: Planning): readonly FactId[] {
  return counterparts(planning.to, column).flatMap((above) =>
    above.kind === "column" ? [above.id, ...allAbove(above, planning)] : [],
  );
}

/** The names of its parts of keys and indexes that go with those above. */
export function partsThatGo(table: FactId, planning: Planning): readonly string[] {
  const { from } = planning;
  const goes = (id: FactId, above: FactId | undefined): boolean =>
    above !== undefined && isDropped(planning, above) && isDropped(planning, id);
  const indexes = from
    .childrenOf("index", table)
    .filter((fact) => goes(fact.id, aboveOf(fact, from)));
  const keys = from
    .childrenOf("constraint", table)
    .filter((fact) => goes(fact.id, aboveOf(fact, from)));
  return [...indexes.map((fact) => `relation ${ownName(fact)}`), ...keys.flatMap(keyNames)];
}
