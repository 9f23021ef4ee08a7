/** Checks that tables have from others above them: with what they come, and what has to be there before. */
import type { FactOf } from "../../catalog/fact.ts";
import type { FactId } from "../../catalog/id.ts";
import { isCreated, isReplaced, type Planning } from "../planning.ts";
import { childTables, counterparts, keysAbove, tableOf, tablesBelow } from "./parents.ts";

type Constraint = FactOf<"constraint">;

/** What it comes from: the constraint of its name above, or the foreign key that joins the same. */
export function aboveAlike(fact: Constraint, { to }: Planning): readonly Constraint[] {
  if (fact.payload.type === "foreign key") return keysAbove(fact, to).slice(0, 1);
  return counterparts(to, fact).flatMap((one) => (one.kind === "constraint" ? [one] : []));
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

export function heirsFirst({ payload, parent }: Constraint, { to }: Planning): readonly FactId[] {
  if (payload.type !== "check" || payload.notValid !== true) return [];
  return tablesBelow(to, parent).filter((id) => tableOf(to, id)?.payload.inherits !== undefined);
}

/** Made again, a check takes along what came from it, and brings it back as nobody has looked at it there. */
export function heirsOf(fact: Constraint, planning: Planning): readonly FactId[] {
  if (fact.payload.type !== "check" || !isReplaced(planning, fact.id)) return [];
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
