/**
 * What a column that gets another type, or another collation, holds afterwards: as an expression over the row as it is
 * now. Converted as the plan itself converts it, so that what a condition says of the new value can be asked before.
 */
import { sameValue } from "../../catalog/compare.ts";
import type { FactOf } from "../../catalog/fact.ts";
import type { FactId } from "../../catalog/id.ts";
import { isReplaced, type Planning } from "../planning.ts";
import { isType } from "../rules/type_kinds.ts";
import { qualified, quoted } from "../text/names.ts";
import { conversion, isString, isWidening } from "../text/types.ts";
import { isSteady } from "./steady.ts";

type Column = FactOf<"column">;

/** The collation of a type that has none of its own. */
export const defaultCollation = 'pg_catalog."default"';

export function isRetyped(column: Column, planning: Planning): boolean {
  const changed = planning.fates.alters.get(column.id);
  if (changed === undefined) return false;
  return (
    changed.has("type") ||
    changed.has("collation") ||
    column.references.some((id) => isReplaced(planning, id) && isType(planning.to.get(id)))
  );
}

/** Undefined when the value is computed anew, or its type is not there before the plan. */
export function retypedValue(from: Column, to: Column, planning: Planning): string | undefined {
  if (from.payload.generated !== undefined || to.payload.generated !== undefined) return undefined;
  if (!to.references.every((id) => isSteady(id, planning))) return undefined;
  const column = quoted(from.name.name);
  const [before, after] = [from.payload.type, to.payload.type];
  const value =
    before === after ? column : (conversion(column, before, after) ?? `${column}::${after}`);
  // A cast keeps the collation of what it casts.
  if (sameValue(from.payload.collation, to.payload.collation)) return value;
  if (to.payload.collation !== undefined)
    return `${value} COLLATE ${qualified(to.payload.collation)}`;
  return isString(after) ? `${value} COLLATE ${defaultCollation}` : value;
}

/** Whether values of the column that were equal stay so, and those that were not as well. */
export function keepsEquality(id: FactId, planning: Planning): boolean {
  const [from, to] = [planning.from.find("column", id), planning.to.find("column", id)];
  if (from === undefined || to === undefined || !isRetyped(to, planning)) return true;
  const [before, after] = [from.payload.type, to.payload.type];
  if (!sameValue(from.payload.collation, to.payload.collation)) return false;
  // 1.0 and 1.00 are equal numbers and different texts.
  return isWidening(before, after) && (isString(before) || !isString(after));
}
