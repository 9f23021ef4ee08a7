/**
 * A generated column that gets another expression or becomes a plain one. The latter the server does to a table and those
 * right below it alone: partitions that have some of their own leave for that long.
 */
import { sameValue } from "../../catalog/compare.ts";
import type { FactOf } from "../../catalog/fact.ts";
import type { FactId } from "../../catalog/id.ts";
import type { ActionDraft } from "../actions.ts";
import { awayOf, detachmentOf } from "../keys.ts";
import type { Planning } from "../planning.ts";
import type { Change } from "../rule.ts";
import { ownName, quoted, relationName } from "../text/names.ts";
import { parenthesised } from "../text/parentheses.ts";
import { apart } from "./apart.ts";
import {
  alterTable,
  childTables,
  hasChildren,
  isLinkedAnew,
  keysOnRows,
  lastingCounterparts,
  leavingChildren,
  tableOf,
  tablesBelow,
} from "./parents.ts";
import { rowTypes } from "./put_aside.ts";

/** `needs`: what has to be there before. */
export function generationChange(
  { from, to }: Change<"column">,
  planning: Planning,
  needs: readonly string[],
): readonly ActionDraft[] {
  const before = from.payload.generated;
  const after = to.payload.generated;
  if (sameValue(before, after)) return [];
  // The parent's takes the columns below along.
  const isDoneAbove = lastingCounterparts(to, planning).some(({ id }) => {
    const [old, now] = [planning.from.find("column", id), planning.to.find("column", id)];
    return sameValue(old?.payload.generated, before) && sameValue(now?.payload.generated, after);
  });
  if (isDoneAbove) return [];
  const away = after === undefined ? tablesToPart(to.parent, planning) : [];
  const statements =
    after === undefined
      ? becomePlain(
          quoted(to.name.name),
          { table: to.parent ?? "", parted: partsOf(to.parent, planning) },
          planning,
        )
      : [
          `ALTER TABLE ${relationName(to)} ALTER COLUMN ${quoted(to.name.name)} SET EXPRESSION AS ${parenthesised(after.expression)}`,
        ];
  const changed = after?.kind === "stored" ? rowTypes(to.parent, planning) : [];
  return [
    {
      verb: "alter",
      key: `alter ${to.id} generation`,
      statements,
      makes: [to.id, ...away.map(awayOf), ...changed],
      disturbs: changed,
      needs: [...needs, ...(after === undefined ? leavesBelow(to, planning) : to.references)],
      claims: away
        .flatMap((table) => keysOnRows(table, planning))
        .map(({ id }) => `constraint ${id}`),
      releases: [`generation ${to.id}`],
      loss: after?.kind === "stored" ? "rewrites" : "none",
    },
  ];
}

/** The table and those below it that leave their parents for a moment by one of these actions. */
export function tablesAway(
  table: FactId | undefined,
  drafts: readonly ActionDraft[],
  planning: Planning,
): readonly FactId[] {
  const made = new Set(drafts.flatMap(({ makes }) => makes ?? []));
  if (table === undefined || made.size === 0) return [];
  return [table, ...tablesBelow(planning.to, table)].filter((id) => made.has(awayOf(id)));
}

/**
 * Tables below that inherit and are inherited from: the server drops no expression above such ones, nor of a column that
 * comes from a parent, and what leaves a parent keeps its columns as its own.
 */
export function hasPlainHeirsBelow(
  { from, to }: Pick<Change<"column">, "from" | "to">,
  planning: Planning,
): boolean {
  if (from.payload.generated === undefined || to.payload.generated !== undefined) return false;
  return childTables(planning.to, to.parent).some(
    ({ id, payload }) => payload.inherits !== undefined && isInTheMiddle(id, planning),
  );
}

/** The tables that have to leave their parents for it, from the highest on. */
function tablesToPart(table: FactId | undefined, planning: Planning): readonly FactId[] {
  return partsOf(table, planning).flatMap((id) => [id, ...tablesToPart(id, planning)]);
}

function partsOf(table: FactId | undefined, planning: Planning): readonly FactId[] {
  return childTables(planning.to, table)
    .filter(({ id, payload }) => payload.partitionOf !== undefined && isInTheMiddle(id, planning))
    .map(({ id }) => id);
}

/** Was there and is there, with tables below it that were there too. */
function isInTheMiddle(table: FactId, planning: Planning): boolean {
  if (isLinkedAnew(table, planning) || !hasChildren(planning.from, table)) return false;
  return childTables(planning.to, table).some(({ id }) => !isLinkedAnew(id, planning));
}

/** Each part that leaves is inside the leave of the one before, and the table loses its expression when all are away. */
function becomePlain(
  column: string,
  { table, parted }: { readonly table: FactId; readonly parted: readonly FactId[] },
  planning: Planning,
): readonly string[] {
  const [first, ...others] = parted;
  if (first !== undefined) {
    const inner = [
      ...becomePlain(column, { table, parted: others }, planning),
      ...becomePlain(column, { table: first, parted: partsOf(first, planning) }, planning),
    ];
    return apart({ parent: first }, planning, inner);
  }
  const fact = tableOf(planning.to, table);
  if (fact === undefined) return [];
  return [`${alterTable(fact.kind)} ${ownName(fact)} ALTER COLUMN ${column} DROP EXPRESSION`];
}

/** It would reach the tables that leave for good as well. */
function leavesBelow({ parent }: FactOf<"column">, planning: Planning): readonly string[] {
  const tables = parent === undefined ? [] : [parent, ...tablesBelow(planning.from, parent)];
  return tables.flatMap((table) => leavingChildren(table, planning)).map(detachmentOf);
}
