/**
 * Which of several possible actions comes first, where nothing else decides: drops before the rest, then kinds in the
 * order in which a person would write a schema, then what runs routines. What belongs to an object follows it at once.
 */
import type { Fact } from "../catalog/fact.ts";
import type { Kind } from "../catalog/kinds.ts";
import type { Verb } from "./actions.ts";
import { evaluatesRoutines, plannerReadsRoutines } from "./evaluating.ts";
import { isCreated, type Planning } from "./planning.ts";

const order: readonly (readonly Kind[])[] = [
  ["role"],
  ["membership", "setting"],
  ["schema"],
  ["language", "extension", "access_method"],
  ["collation"],
  ["enum"],
  ["composite", "attribute"],
  ["domain"],
  ["range", "base_type"],
  ["foreign_data_wrapper"],
  ["server"],
  ["user_mapping"],
  ["text_search_parser", "text_search_template"],
  ["text_search_dictionary"],
  ["text_search_configuration"],
  ["sequence"],
  ["column", "default"],
  ["index"],
  ["statistics"],
  ["table", "foreign_table"],
  ["constraint"],
  ["function", "procedure"],
  ["aggregate"],
  ["operator"],
  ["operator_family"],
  ["operator_class"],
  ["cast", "transform", "conversion"],
  ["view", "materialized_view"],
  ["rule"],
  ["trigger"],
  ["policy"],
  ["event_trigger"],
  ["publication"],
  ["publication_table", "publication_schema"],
  ["subscription"],
  ["default_privileges"],
];

const positions: ReadonlyMap<Kind, number> = new Map(
  order.flatMap((kinds, position) => kinds.map((kind) => [kind, position] as const)),
);

/** Comments, grants, labels, and what else has no place of its own. */
const lastPosition = order.length;

const attachedRank = 1;
const firstCreateRank = 1000;
const evaluatingRank = firstCreateRank + (lastPosition + 1) * 10;

export function rankOf(verb: Verb, fact: Fact, planning: Planning): number {
  const position = positions.get(fact.kind) ?? lastPosition;
  if (verb === "drop") return 10 + (lastPosition - position) * 10;
  const belongs = !positions.has(fact.kind) || fact.kind === "index" || fact.kind === "statistics";
  if (verb === "create" && evaluatesRoutines(fact, planning)) return evaluatingRank + position;
  if (belongs && fact.parent !== undefined && isCreated(planning, fact.parent)) return attachedRank;
  if (isOfKeptDomain(fact, planning)) return beforeTypesRank;
  if (isRoutine(fact) && plannerReadsRoutines(planning)) return beforeTablesRank;
  return firstCreateRank + position * 10;
}

/** Before anything new holds the domain's values within others: with such a column it takes no check. */
const beforeTypesRank = firstCreateRank + (positions.get("composite") ?? 0) * 10 - 1;

function isOfKeptDomain({ kind, parent }: Fact, { from, to }: Planning): boolean {
  return (
    kind === "constraint" &&
    from.find("domain", parent) !== undefined &&
    to.find("domain", parent) !== undefined
  );
}

const beforeTablesRank = firstCreateRank + (positions.get("sequence") ?? 0) * 10 - 1;

function isRoutine({ kind }: Fact): boolean {
  return kind === "function" || kind === "procedure";
}

/** Right after the object itself. */
export const ownerRank = 0;
