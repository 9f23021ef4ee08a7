/**
 * What runs the project's own routines while it is made: a column that fills the rows that are there, a check that looks
 * at them, an index over an expression, a materialized view. What a routine's text calls stands in no catalog, so
 * whatever could be made before is made before.
 */
import type { Fact } from "../catalog/fact.ts";
import { isCreated, type Planning } from "./planning.ts";
import type { Side } from "./side.ts";

export function evaluatesRoutines(fact: Fact, planning: Planning): boolean {
  return (evaluates(fact, planning) && reachesRoutine(fact, planning)) || inlines(fact, planning);
}

/**
 * Of an index and of a generated column the server asks whether they always say the same, for which it looks into functions
 * in SQL: what those call has to be there, even without a row.
 */
function inlines(fact: Fact, { to }: Planning): boolean {
  if (fact.kind === "index") return reachesInlined(fact, to);
  if (fact.kind !== "table" && fact.kind !== "foreign_table") return false;
  return to
    .childrenOf("column", fact.id)
    .some((column) => column.payload.generated !== undefined && reachesInlined(column, to));
}

function reachesInlined(start: Fact, side: Side): boolean {
  const seen = new Set<string>();
  const waiting = [...start.references];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    const fact = side.get(id);
    if (fact?.kind === "function" && fact.payload.language === "sql") return true;
    if (fact?.kind === "function" || fact?.kind === "operator") waiting.push(...fact.references);
  }
  return false;
}

/**
 * Whether the planner looks into a routine while something new is made: it puts the text of an SQL function in the place
 * of its call, and then whatever that text calls has to be there. Then routines are made before tables, as pg_dump has it.
 */
export function plannerReadsRoutines(planning: Planning): boolean {
  const known = readsRoutines.get(planning);
  if (known !== undefined) return known;
  const found = [...planning.fates.creates].some((id) => {
    const fact = planning.to.get(id);
    return fact !== undefined && isPlanned(fact) && reachesRoutine(fact, planning);
  });
  readsRoutines.set(planning, found);
  return found;
}

const readsRoutines = new WeakMap<Planning, boolean>();

function isPlanned(fact: Fact): boolean {
  switch (fact.kind) {
    case "index":
    case "statistics":
      return true;
    case "constraint":
      return fact.payload.type === "exclusion";
    case "column":
      return fact.payload.generated !== undefined;
    case "table":
      return fact.payload.partitionKey !== undefined;
    default:
      return false;
  }
}

/** A new table and a new domain have nothing to be looked at. */
function evaluates(fact: Fact, planning: Planning): boolean {
  const { kind, parent } = fact;
  switch (kind) {
    case "materialized_view":
      return true;
    case "column":
    case "constraint":
      return parent !== undefined && !isCreated(planning, parent);
    case "index":
      return (
        parent !== undefined &&
        (!isCreated(planning, parent) ||
          planning.to.find("materialized_view", parent) !== undefined)
      );
    default:
      return false;
  }
}

/** Through views, operators and types, too. */
function reachesRoutine(start: Fact, { to }: Planning): boolean {
  const seen = new Set<string>();
  const waiting: Fact[] = [start];
  for (let fact = waiting.pop(); fact !== undefined; fact = waiting.pop()) {
    if (seen.has(fact.id)) continue;
    seen.add(fact.id);
    if (fact.kind === "function" || fact.kind === "procedure") return true;
    // These are facts of their own.
    if (fact.kind === "column") waiting.push(...to.childrenOf("default", fact.id));
    if (fact.kind === "domain") waiting.push(...to.childrenOf("constraint", fact.id));
    for (const id of fact.references) {
      const reached = to.get(id);
      if (reached !== undefined) waiting.push(reached);
    }
  }
  return false;
}
