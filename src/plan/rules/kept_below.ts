/**
 * Columns that a table loses and tables below keep: as their own, where the table loses its alone, or from another table
 * above. PostgreSQL 18 leaves a NOT NULL that came from there bound to nothing when the column goes, and nothing drops it
 * any more: so it goes first.
 */
import type { FactOf } from "../../catalog/fact.ts";
import type { FactId } from "../../catalog/id.ts";
import { isDropped, type Planning } from "../planning.ts";
import { standInOf } from "../keys.ts";
import { quoted, relationName } from "../text/names.ts";
import { setNotNull } from "./column_settings.ts";
import {
  childTables,
  lastingCounterparts,
  leavingChildren,
  tableOf,
  tablesBelow,
} from "./parents.ts";
import { isHeld, letGo, standInBeside, standInParts, standInText, takeIn } from "./stand_in.ts";

type Column = FactOf<"column">;

/**
 * Whether a table loses the column alone, since tables below keep it that have it from there: they have it as their own
 * from then on, so that none of them may be to have it from another table above.
 */
export function goesAlone(fact: Column, planning: Planning): boolean {
  const isBound = columnsBelow(fact, planning).some((below) => isKeptBound(below, fact, planning));
  return !isBound && keptAsOwn(fact, planning).length > 0;
}

/** Columns below, at whatever depth, that come from there alone and stay as their tables' own. */
function keptAsOwn(fact: Column, planning: Planning): readonly Column[] {
  return columnsBelow(fact, planning).flatMap((below) => {
    if (isDropped(planning, below.id)) return keptAsOwn(below, planning);
    const isOwn = below.payload.inherited !== true || isFromOthers(below, fact, planning);
    return isOwn ? [] : [below];
  });
}

function isKeptBound(below: Column, above: Column, planning: Planning): boolean {
  if (isDropped(planning, below.id) || below.payload.inherited !== true) return false;
  return isFromOthers(below, above, planning);
}

/** Right below; what leaves has left when the column goes. */
function columnsBelow(fact: Column, planning: Planning): readonly Column[] {
  const leaving = leavingChildren(fact.parent, planning);
  return childTables(planning.from, fact.parent)
    .filter(({ id, payload }) => payload.partitionOf === undefined && !leaving.includes(id))
    .flatMap(({ id }) => planning.from.childrenOf("column", id))
    .filter(({ name }) => name.name === fact.name.name);
}

/** Whether a table below keeps the column, as its own or from another table above. */
export function staysBelow(fact: Column, planning: Planning): boolean {
  return columnsBelow(fact, planning).some(
    (below) => !isDropped(planning, below.id) || staysBelow(below, planning),
  );
}

/** The statement, and around it stand-ins that hold the column where it is to stay: it becomes the table's own by that. */
export function heldMeanwhile(
  fact: Column,
  statement: string,
  planning: Planning,
): readonly string[] {
  const held = keptAsOwn(fact, planning).flatMap((column) => {
    const table = tableOf(planning.from, column.parent);
    return table === undefined ? [] : [{ table, column, name: standInBeside(table, planning) }];
  });
  return [
    ...held.flatMap(({ table, column, name }) => {
      const { notNull: _notNull, ...payload } = column.payload;
      const parts = standInParts([{ ...column, payload }], planning.from, planning);
      return takeIn(table, name, standInText(parts, planning));
    }),
    statement,
    ...held.flatMap(({ table, name }) => letGo(table, name)),
  ];
}

/** It comes from another table above as well, before and after, or goes over to one: that goes on without this one. */
function isFromOthers(below: Column, above: Column, planning: Planning): boolean {
  const after = planning.to.find("column", below.id);
  if (after?.payload.inherited !== true) return false;
  if (isHeld(after, planning)) return true;
  return lastingCounterparts(after, planning).some(
    ({ id }) => id !== above.id && planning.from.get(id) !== undefined && !isDropped(planning, id),
  );
}

/** Stand-ins that are to be there by then: they hold the column for tables below. */
export function heldBelow(fact: Column, planning: Planning): readonly string[] {
  return tablesBelow(planning.from, fact.parent).flatMap((id) => {
    const below = planning.to
      .childrenOf("column", id)
      .find(({ name }) => name.name === fact.name.name);
    return below !== undefined && isHeld(below, planning) ? [standInOf(id)] : [];
  });
}

/** Those below that are to keep theirs have it for themselves by then, without a look at their rows. */
export function leaveNotNull(fact: Column, planning: Planning): readonly string[] {
  const { notNull } = fact.payload;
  if (planning.major < 18 || notNull === undefined || notNull.noInherit === true) return [];
  const heirs = tablesBelow(planning.from, fact.parent)
    .flatMap((table) => planning.from.childrenOf("column", table))
    .filter(({ name }) => name.name === fact.name.name)
    .filter(({ id, payload }) => payload.notNull?.inherited === true && isToHaveOwn(id, planning));
  return [
    ...heirs.map((heir) => setNotNull(heir)),
    `ALTER TABLE ${relationName(fact)} ALTER COLUMN ${quoted(fact.name.name)} DROP NOT NULL`,
  ];
}

function isToHaveOwn(id: FactId, planning: Planning): boolean {
  const notNull = planning.to.find("column", id)?.payload.notNull;
  return !isDropped(planning, id) && notNull !== undefined && notNull.inherited !== true;
}

/** While the key is there the column can't lose its NOT NULL. */
export function primaryKeysOver(fact: Column, planning: Planning): readonly FactOf<"constraint">[] {
  if (planning.major < 18 || fact.payload.notNull === undefined) return [];
  if (isDropped(planning, fact.parent ?? "") || !staysBelow(fact, planning)) return [];
  return planning.from
    .childrenOf("constraint", fact.parent ?? "")
    .filter(({ payload }) => payload.type === "primary key")
    .filter(({ references }) => references.includes(fact.id));
}
