/**
 * Columns that a table loses and tables below keep: as their own, where the table loses its alone, or from another table
 * above. PostgreSQL 18 leaves a NOT NULL that came from there bound to nothing when the column goes, and nothing drops it
 * any more: so it goes first.
 */
import type { FactOf } from "../../catalog/fact.ts";
import type { FactId } from "../../catalog/id.ts";
import { isDropped, type Planning } from "../planning.ts";
import { quoted, relationName } from "../text/names.ts";
import { setNotNull } from "./column_settings.ts";
import {
  childTables,
  lastingCounterparts,
  leavingChildren,
  tableOf,
  tablesBelow,
} from "./parents.ts";

type Column = FactOf<"column">;

/**
 * Whether a table below has the column from there alone and keeps it as its own, at whatever depth: then it must not go
 * there with the parent's.
 */
export function isKeptBelow(fact: Column, planning: Planning): boolean {
  // What leaves has left when the column goes.
  const leaving = leavingChildren(fact.parent, planning);
  return planning.from.referrers(fact.parent ?? "").some((other) => {
    const child = tableOf(planning.from, other.id);
    if (child === undefined || child.payload.partitionOf !== undefined) return false;
    if (leaving.includes(child.id)) return false;
    const below = planning.from
      .childrenOf("column", child.id)
      .find(({ name }) => name.name === fact.name.name);
    if (below === undefined) return false;
    if (isDropped(planning, below.id)) return isKeptBelow(below, planning);
    return below.payload.inherited === true && !isFromOthers(below, fact, planning);
  });
}

/** Whether a table below keeps the column, as its own or from another table above. */
export function staysBelow(fact: Column, planning: Planning): boolean {
  const leaving = leavingChildren(fact.parent, planning);
  return childTables(planning.from, fact.parent).some(({ id }) => {
    const below = planning.from
      .childrenOf("column", id)
      .find(({ name }) => name.name === fact.name.name);
    if (below === undefined || leaving.includes(id)) return false;
    return !isDropped(planning, below.id) || staysBelow(below, planning);
  });
}

/** It comes from another table above as well, before and after: that goes on without this one. */
function isFromOthers(below: Column, above: Column, planning: Planning): boolean {
  const after = planning.to.find("column", below.id);
  if (after?.payload.inherited !== true) return false;
  return lastingCounterparts(after, planning).some(
    ({ id }) => id !== above.id && planning.from.get(id) !== undefined && !isDropped(planning, id),
  );
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
