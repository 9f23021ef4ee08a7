/** A NOT NULL that is not valid, of a new table that has tables below: it comes when those are in their places. */
import type { FactOf } from "../../catalog/fact.ts";
import type { FactId } from "../../catalog/id.ts";
import type { ActionDraft } from "../actions.ts";
import { attachmentOf, notNullOf } from "../keys.ts";
import { isCreated, type Planning } from "../planning.ts";
import { notNullName } from "../text/column.ts";
import { afterwards } from "./column_settings.ts";
import { named, validBelow } from "./not_null_names.ts";
import { childTables, counterparts, hasChildren } from "./parents.ts";

/**
 * A NOT NULL that is not valid comes so only to tables below that are there already, and lets no null in that comes
 * after it, as those do that a table had before.
 */
export function isSaidLate(column: FactOf<"column">, planning: Planning): boolean {
  const { notNull } = column.payload;
  if (notNull?.notValid !== true || notNull.inherited === true) return false;
  const isPassedOn = notNull.noInherit !== true && hasChildren(planning.to, column.parent ?? "");
  return isPassedOn || planning.options.aroundRows === true;
}

/**
 * Whether it comes from such a one, and from there alone: said here as well, it would be the table's own. One that was
 * there before is taken over instead.
 */
export function comesLate(column: FactOf<"column">, planning: Planning): boolean {
  if (wasThere(column, planning)) return false;
  return lateAbove(column, planning).some((above) => notNullName(above) === notNullName(column));
}

function wasThere(column: FactOf<"column">, planning: Planning): boolean {
  if (isCreated(planning, column.parent ?? "")) return false;
  return planning.from.find("column", column.id)?.payload.notNull !== undefined;
}

/** One of another name is taken over, and has to be there before its table is attached; so has the one above. */
export function lateNotNullAbove(column: FactOf<"column">, planning: Planning): readonly string[] {
  return comesLate(column, planning) ? [] : saidAbove(column, planning);
}

/** What brings it: the statements for those above that say it. */
function saidAbove(column: FactOf<"column">, planning: Planning): readonly string[] {
  return lateAbove(column, planning).flatMap((above) =>
    isSaidLate(above, planning) ? [notNullOf(above)] : saidAbove(above, planning),
  );
}

function lateAbove(column: FactOf<"column">, planning: Planning): readonly FactOf<"column">[] {
  const { notNull } = column.payload;
  if (notNull?.inherited !== true) return [];
  return counterparts(planning.to, column).flatMap((above) => {
    if (above.kind !== "column" || !isCreated(planning, above.parent ?? "")) return [];
    // A valid one of the same name comes from above too, and is looked through there and then.
    if (notNull.notValid !== true && notNullName(above) === notNullName(column)) return [];
    return isSaidLate(above, planning) || comesLate(above, planning) ? [above] : [];
  });
}

export function withoutNotNull(column: FactOf<"column">): FactOf<"column"> {
  const { notNull: _notNull, ...payload } = column.payload;
  return { ...column, payload };
}

export function lateNotNull(column: FactOf<"column">, planning: Planning): readonly ActionDraft[] {
  if (!isSaidLate(column, planning)) return [];
  const below = tablesThatWait(column, planning);
  const isThere = (one: FactOf<"column">): boolean => lateNotNullAbove(one, planning).length === 0;
  const valid = validBelow(column, planning, isThere);
  return [
    {
      verb: "alter",
      key: `alter ${column.id} not null`,
      statements: [...afterwards(named(column, planning)), ...valid],
      makes: [notNullOf(column)],
      needs: [column.id, ...below, ...below.map(attachmentOf)],
      claims: [],
    },
  ];
}

/** Tables below that have to be in their places when it comes: those that get it from there. */
function tablesThatWait(column: FactOf<"column">, planning: Planning): readonly FactId[] {
  return childTables(planning.to, column.parent).flatMap(({ id }) => {
    const below = planning.to
      .childrenOf("column", id)
      .find(({ name }) => name.name === column.name.name);
    if (below === undefined) return [id];
    return lateNotNullAbove(below, planning).length > 0
      ? []
      : [id, ...tablesThatWait(below, planning)];
  });
}
