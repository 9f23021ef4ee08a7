/** What a constraint goes with, and what it waits for where it goes by itself. */
import type { FactOf } from "../../catalog/fact.ts";
import { detachmentOf } from "../keys.ts";
import { isDropped, isReplaced, type Planning } from "../planning.ts";
import type { Companion } from "../rule.ts";
import type { Side } from "../side.ts";
import { hasIndex } from "./key.ts";
import { primaryKeysOver } from "./kept_below.ts";
import {
  childTables,
  counterparts,
  keyAbove,
  leavesKeyBelow,
  leavesParent,
  leavingChildren,
  tablesBelow,
} from "./parents.ts";
import { aboveOf } from "./parts.ts";

type Constraint = FactOf<"constraint">;

export function constraintDropsWith(fact: Constraint, planning: Planning): Companion | undefined {
  return fact.payload.type === "foreign key"
    ? keyDropsWith(fact, planning)
    : ownDropsWith(fact, planning);
}

/** A partition's part of a foreign key goes with that, and the key of a table with partitions goes by itself, before both. */
function keyDropsWith(fact: Constraint, planning: Planning): Companion | undefined {
  const above = keyAbove(fact, planning.from);
  const table = fact.parent ?? "";
  const goes = isDropped(planning, table) && !leavesParent(table, planning);
  if (above !== undefined && isDropped(planning, above.id)) {
    // That one goes with its table, which waits for this one's.
    const isBelow = keyDropsWith(above, planning)?.id === above.parent;
    const isLast = isBelow && isDropped(planning, table);
    return { id: isLast ? table : above.id, always: true };
  }
  // What comes from a key that stays can't be dropped by itself.
  if (above !== undefined && goes && !leavesKeyBelow(table, planning))
    return { id: table, always: true };
  return hasClones(fact, planning.from) ? undefined : ownDropsWith(fact, planning);
}

function ownDropsWith(fact: Constraint, planning: Planning): Companion | undefined {
  if (fact.parent !== undefined && isDropped(planning, fact.parent)) {
    // What hangs on a key above can't be dropped by itself.
    const isBound = aboveOf(fact, planning.from) !== undefined;
    return {
      id: fact.parent,
      always: isBound || planning.from.get(fact.parent)?.kind === "domain",
    };
  }
  if (fact.payload.inherited === true && !hasIndex(fact.payload)) {
    const above = counterparts(planning.from, fact).find(
      ({ id, parent }) =>
        isDropped(planning, id) &&
        !isReplaced(planning, parent ?? "") &&
        !leavingChildren(parent, planning).includes(fact.parent ?? ""),
    );
    return above === undefined ? undefined : { id: above.id, always: true };
  }
  const attached = aboveOf(fact, planning.from);
  const staysBound = !leavesParent(fact.parent, planning);
  if (attached !== undefined && staysBound && isDropped(planning, attached)) {
    return { id: attached, always: true };
  }
  return isKeyWithout(fact, planning) ? undefined : droppedColumn(fact, planning);
}

/** A key whose column goes from a condition or an expression alone: the server refuses to drop such a column. */
function isKeyWithout({ payload, references }: Constraint, { from, fates }: Planning): boolean {
  if (!hasIndex(payload)) return false;
  const { keys, include } = payload.index;
  const names = new Set([...keys.map(({ column }) => column), ...(include ?? [])]);
  return references.every((id) => {
    const column = from.find("column", id);
    return column === undefined || !fates.drops.has(id) || !names.has(column.name.name);
  });
}

export function dropNeeds(fact: Constraint, planning: Planning): readonly string[] {
  const below = fact.payload.type === "check" ? leavesBelow(fact, planning) : [];
  return [...below, ...ownLeave(fact, planning)];
}

/** It would go from the tables below as well, and those that leave are told of their own. */
function leavesBelow({ parent }: Constraint, planning: Planning): readonly string[] {
  const tables = parent === undefined ? [] : [parent, ...tablesBelow(planning.from, parent)];
  return tables.flatMap((table) => leavingChildren(table, planning)).map(detachmentOf);
}

/** What comes from a table above can be dropped by itself only where its table has left that. */
function ownLeave(fact: Constraint, planning: Planning): readonly string[] {
  if (!hasIndex(fact.payload) && fact.payload.inherited !== true) return [];
  const key = keyAbove(fact, planning.from);
  if (key !== undefined && isDropped(planning, key.id)) return [];
  const leaves = leavesParent(fact.parent, planning) || isDropped(planning, fact.parent ?? "");
  return leaves ? [detachmentOf(fact.parent)] : [];
}

/** A foreign key of a partitioned table takes those of its partitions along, which may outlive the table. */
function hasClones({ parent }: Constraint, side: Side): boolean {
  return childTables(side, parent).some(({ payload }) => payload.partitionOf !== undefined);
}

/** The server drops a table's constraint with any of its columns. */
export function droppedColumn(
  fact: {
    readonly id: string;
    readonly parent: string | undefined;
    readonly references: readonly string[];
  },
  planning: Planning,
): { readonly id: string; readonly always: boolean } | undefined {
  const column = fact.references.find((id) => {
    const found = planning.from.find("column", id);
    return found !== undefined && found.parent === fact.parent && isDropped(planning, id);
  });
  const left = planning.from.find("column", column);
  const goesFirst =
    left !== undefined && primaryKeysOver(left, planning).some(({ id }) => id === fact.id);
  return column === undefined || goesFirst ? undefined : { id: column, always: false };
}
