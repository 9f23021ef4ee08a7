/**
 * What is asked of the target's rows before a plan changes anything. Each kind of change has its question. What
 * can't be asked about yet, because it needs something that the plan makes first, is asked about right before it is made.
 */
import type { FactId } from "../catalog/id.ts";
import type { Action } from "./actions.ts";
import { lateViolations, violations } from "./checks/conditions.ts";
import type { RowCheck } from "./checks/check.ts";
import { lateStrays, strays } from "./checks/bounds.ts";
import { orphans } from "./checks/orphans.ts";
import { lateUnanswered, unanswered } from "./checks/computed.ts";
import { lateMisfits, misfits } from "./checks/conversions.ts";
import { lateRefusedValues, refusedValues } from "./checks/domain_values.ts";
import { duplicates, lateDuplicates } from "./checks/keys.ts";
import { columnNulls, domainNulls } from "./checks/nulls.ts";
import { keepsEquality } from "./checks/retyped.ts";
import { tablesBelow } from "./rules/parents.ts";
import type { Planning } from "./planning.ts";

type Question = (id: FactId, planning: Planning) => readonly RowCheck[];

const questions: Readonly<Record<string, readonly Question[]>> = {
  column: [columnNulls, refusedValues, misfits],
  constraint: [duplicates, violations],
  index: [unanswered, duplicates],
  domain: [domainNulls],
  table: [strays, orphans],
};

export function rowChecks(planning: Planning): readonly RowCheck[] {
  if (planning.options.asDump === true || planning.from.catalog.facts.size === 0) return [];
  const { creates, drops, alters } = planning.fates;
  const touched = [...creates, ...drops, ...alters.keys(), ...retouched(planning)];
  const asked = [...new Set(touched)].toSorted().flatMap((id) => {
    const kind = (planning.to.get(id) ?? planning.from.get(id))?.kind ?? "";
    return (questions[kind] ?? []).flatMap((ask) => ask(id, planning));
  });
  // What asks of the rows as they are leaves foreign ones out itself.
  const near = new Set(withinReach(asked, planning));
  const checks = asked.filter((check) => check.problem !== "bounds" || near.has(check));
  // The others convert values as well, and are to meet none that does not fit.
  const isConversion = ({ problem }: RowCheck): boolean => problem === "conversion";
  return [...checks.filter(isConversion), ...checks.filter((check) => !isConversion(check))];
}

/** What is asked right before an action, since it could not be before. */
export function lateChecks(
  { verb, subject, key }: Action,
  planning: Planning,
): readonly RowCheck[] {
  if (planning.options.asDump === true || planning.from.catalog.facts.size === 0) return [];
  if (verb === "create") {
    const asked = [
      ...lateUnanswered(subject, planning),
      ...lateDuplicates(subject, planning),
      ...lateViolations(subject, planning),
      ...lateRefusedValues(subject, planning),
    ];
    return withinReach(asked, planning);
  }
  if (key === `alter ${subject} type`) return withinReach(lateMisfits(subject, planning), planning);
  return key.startsWith(`attach ${subject}`)
    ? withinReach(lateStrays(subject, planning), planning)
    : [];
}

/** The server looks at no row of a foreign table, which lies elsewhere: neither does a question, nor goes there. */
function withinReach(checks: readonly RowCheck[], { from }: Planning): readonly RowCheck[] {
  if (from.ofKind("foreign_table").length === 0) return checks;
  return checks.filter(({ table }) =>
    [table, ...tablesBelow(from, table)].every(
      (id) => from.find("foreign_table", id) === undefined,
    ),
  );
}

/** What stays as it is and says of the converted values of its columns what it said of the old ones. */
function retouched(planning: Planning): readonly FactId[] {
  return [...planning.fates.alters.keys()]
    .filter((id) => !keepsEquality(id, planning))
    .flatMap((id) => planning.to.referrers(id))
    .filter(({ kind }) => kind === "constraint" || kind === "index")
    .map(({ id }) => id);
}
