/**
 * A baseline as SQL: a dump, with rows where they can be loaded. What would act on the rows, or be filled from them, or
 * refuse them for their order alone, comes after them; the rest stands as in any dump. Pure.
 */
import type { Catalog } from "../catalog/fact.ts";
import { emptyCatalog } from "./empty_catalog.ts";
import type { OrderedAction } from "./graph.ts";
import { inParagraphs, preamble } from "./dump.ts";
import { orderedActions } from "./schema_plan.ts";
import { sideOf, type Side } from "./side.ts";

export interface BaselineTextParts {
  readonly catalog: Catalog;
  /** Comment lines, without a line end after the last. */
  readonly header: string;
  /** Statements with their semicolons; empty without rows. */
  readonly seeds: readonly string[];
}

export function baselineText({ catalog, header, seeds }: BaselineTextParts): string {
  const options = { owners: true, grants: true, asDump: true };
  const ordered = orderedActions(emptyCatalog(catalog.major), catalog, options);
  const late = seeds.length === 0 ? new Set<OrderedAction>() : lateOnes(ordered, sideOf(catalog));
  const early = ordered.filter((each) => !late.has(each));
  const section = seeds.length === 0 ? [] : [`${seedsMark}\n`, ...seeds.map((one) => `${one}\n`)];
  return [
    `${header}\n`,
    ...preamble(catalog),
    ...paragraphs(early),
    ...section,
    ...paragraphs(ordered.filter((each) => late.has(each))),
  ].join("\n");
}

const seedsMark = "-- Rows that the migrations inserted.";

function paragraphs(ordered: readonly OrderedAction[]): readonly string[] {
  return inParagraphs(ordered).map(({ lines }) => lines.join(""));
}

/** They fire on rows, rewrite how rows come in, or are filled from rows. */
const lateKinds: ReadonlySet<string> = new Set([
  "event_trigger",
  "materialized_view",
  "policy",
  "rule",
  "subscription",
  "trigger",
]);

/** And whatever needs one of them. */
function lateOnes(ordered: readonly OrderedAction[], side: Side): ReadonlySet<OrderedAction> {
  const late = new Set<OrderedAction>();
  const made = new Set<string>();
  for (const each of ordered) {
    const actions = [each.action, ...each.folded];
    const needsLate = actions.some(({ needs }) => needs.some((thing) => made.has(thing)));
    if (!needsLate && !isLate(each, side)) continue;
    late.add(each);
    for (const { makes } of actions) for (const thing of makes) made.add(thing);
  }
  return late;
}

/** A foreign key that stands alone closes a circle of tables, so no order of the rows would do. */
function isLate({ action }: OrderedAction, side: Side): boolean {
  if (lateKinds.has(action.kind)) return true;
  const fact = side.get(action.subject);
  if (fact?.kind !== "constraint") return false;
  return fact.payload.type === "foreign key" || fact.payload.notValid === true;
}
