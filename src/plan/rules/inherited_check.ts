/** Checks that tables have from others above them: with what they come, and what has to be there before. */
import type { FactOf } from "../../catalog/fact.ts";
import type { FactId } from "../../catalog/id.ts";
import { attachmentOf } from "../keys.ts";
import { isCreated, isReplaced, type Planning } from "../planning.ts";
import {
  childTables,
  counterparts,
  keysAbove,
  parentsOf,
  tableOf,
  tablesBelow,
} from "./parents.ts";

type Constraint = FactOf<"constraint">;

/** What it comes from: the constraint of its name above, or the foreign key that joins the same. */
export function aboveAlike(fact: Constraint, { to }: Planning): readonly Constraint[] {
  if (fact.payload.type === "foreign key") return keysAbove(fact, to).slice(0, 1);
  return counterparts(to, fact).flatMap((one) => (one.kind === "constraint" ? [one] : []));
}

/** What brings it to the table, unless a plain parent that stays one does: that is the table's coming to the others. */
export function comingNeeds(
  { parent }: Constraint,
  above: readonly Constraint[],
  planning: Planning,
): readonly string[] {
  const before = tableOf(planning.from, parent);
  const staying = new Set(
    before?.payload.inherits === undefined
      ? []
      : parentsOf(planning.from, before).map(({ id }) => id),
  );
  const isBrought = above.some(
    (one) => staying.has(one.parent ?? "") && !isReplaced(planning, one.parent ?? ""),
  );
  return isBrought ? [] : [attachmentOf(parent)];
}

/**
 * A new table has what comes from above as looked at, since it has no rows: a check that nobody is to have looked at comes
 * to it with one that is made when the table is there.
 */
export function unseenAbove(fact: Constraint, planning: Planning): readonly FactId[] {
  const { payload, parent } = fact;
  const table = tableOf(planning.to, parent);
  if (table?.payload.inherits === undefined || !isCreated(planning, table.id)) return [];
  if (payload.type !== "check" || payload.notValid !== true || payload.inherited !== true)
    return [];
  if (payload.notEnforced === true) return [];
  return topChecks(fact, planning).flatMap(({ id }) => (planning.from.get(id) ? [id] : []));
}

export function heirsFirst(fact: Constraint, planning: Planning): readonly FactId[] {
  const { payload, parent } = fact;
  if (payload.type !== "check" || payload.notValid !== true || payload.notEnforced === true)
    return [];
  return tablesBelow(planning.to, parent).filter(
    (id) => isCreated(planning, id) && tableOf(planning.to, id)?.payload.inherits !== undefined,
  );
}

/** Made again, a check takes along what came from it, and brings it back as nobody has looked at it there. */
export function heirsOf(fact: Constraint, planning: Planning): readonly FactId[] {
  if (fact.payload.type !== "check" || !isReplaced(planning, fact.id)) return [];
  // Tables below one that is made again with its rows leave it with theirs.
  if (planning.fates.rebuilds.has(fact.parent ?? "")) return [];
  return childTables(planning.to, fact.parent).flatMap(({ id: table }) =>
    planning.from
      .childrenOf("constraint", table)
      .filter(({ name, payload }) => name.name === fact.name.name && payload.inherited === true)
      .filter(({ id }) => planning.to.find("constraint", id)?.payload.inherited === true)
      .map(({ id }) => id),
  );
}

/** Those that it comes from in the end. */
function topChecks(fact: Constraint, planning: Planning): readonly Constraint[] {
  if (fact.payload.inherited !== true) return [fact];
  return aboveAlike(fact, planning).flatMap((above) => topChecks(above, planning));
}
