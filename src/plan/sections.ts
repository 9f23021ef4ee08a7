/**
 * The plan from an empty database, cut around its data: what rows need before they can be loaded, what is faster or
 * only right once they are there (keys, indexes, triggers), and what must see nothing of all that (event triggers).
 * Also says which steps may run side by side.
 */
import type { Catalog, Fact, FactOf } from "../catalog/fact.ts";
import { factId } from "../catalog/id.ts";
import type { Action } from "./actions.ts";
import { emptyCatalog } from "./empty_catalog.ts";
import { emitActions } from "./emit.ts";
import { decideFates } from "./fates.ts";
import { orderActions, type OrderedAction } from "./graph.ts";
import { attachmentOf, notNullOf } from "./keys.ts";
import { counterparts } from "./rules/parents.ts";
import { sideOf, type Side } from "./side.ts";
import { statementsOf } from "./statement_text.ts";

export const sectionNames = ["before", "after", "last"] as const;
export type Section = (typeof sectionNames)[number];

export interface SectionStep {
  readonly section: Section;
  readonly kind: string;
  readonly object: string;
  /** Complete, without the final semicolon. */
  readonly statements: readonly string[];
  readonly transaction: Action["transaction"];
  /**
   * Present: long work on these tables alone, which needs nothing but `before` and the steps of these positions.
   * Steps on different tables may run side by side.
   */
  readonly heavy?: HeavyWork;
}

export interface HeavyWork {
  readonly tables: readonly string[];
  readonly needs: readonly number[];
  /** Others that share may work on the same table at the same time: indexes of one plain table do. */
  readonly shares: boolean;
}

/** In an order that loads. */
export function sectionSteps(catalog: Catalog): readonly SectionStep[] {
  const [from, to] = [sideOf(emptyCatalog(catalog.major)), sideOf(catalog)];
  const options = { asDump: true, aroundRows: true } as const;
  const planning = decideFates({ from, to, options, major: catalog.major });
  const actions = emitActions(planning).map((action) => standAlone(action, to));
  const ordered = orderActions(boundFirst(actions, to));
  const sections = sectionsOf(ordered, to);
  const steps: SectionStep[] = [];
  const makers = new Map<string, number[]>();
  for (const section of sectionNames) {
    for (const [position, each] of ordered.entries()) {
      if (sections[position] !== section) continue;
      const statements = statementsOf(each);
      const heavy = section === "after" ? heavyWork(each, { to, makers, steps }) : undefined;
      for (const thing of madeBy(each)) {
        const known = makers.get(thing);
        if (known === undefined) makers.set(thing, [steps.length]);
        else known.push(steps.length);
      }
      const { kind, subject: object, transaction } = each.action;
      const step = { section, kind, object, statements, transaction };
      steps.push(heavy === undefined ? step : { ...step, heavy });
    }
  }
  return steps;
}

/** A key inside of CREATE TABLE would be filled row by row. */
function standAlone(action: Action, side: Side): Action {
  if (action.fold === undefined || action.fold.always) return action;
  if (ownSection(action, side) === "before") return action;
  const { fold: _fold, ...rest } = action;
  return rest;
}

/**
 * Rows find their partition by way of the table above it, so it is bound to that before there are rows, and does not wait
 * for what is made after them: a key or an index of the table above waits for those of its partitions and takes them up.
 * A check that is not validated would come to the partition twice, so the one above waits for it too.
 */
function boundFirst(actions: readonly Action[], side: Side): readonly Action[] {
  const isLater = (thing: string): boolean => {
    const fact = side.get(thing);
    return fact?.kind === "index" || isFilledLater(fact);
  };
  const below = new Map<string, readonly string[]>();
  for (const { subject, makes, needs } of actions) {
    if (!makes.includes(attachmentOf(subject))) continue;
    for (const thing of needs.filter(isLater)) {
      const check = checkAbove(side.find("constraint", thing), side);
      if (check !== undefined) below.set(check, [...(below.get(check) ?? []), thing]);
    }
  }
  return actions.map((action) => {
    const { subject, makes, needs } = action;
    if (makes.includes(attachmentOf(subject))) {
      return { ...action, needs: needs.filter((thing) => !isLater(thing)) };
    }
    const more = below.get(subject);
    return more === undefined ? action : { ...action, needs: [...needs, ...more] };
  });
}

function checkAbove(fact: FactOf<"constraint"> | undefined, side: Side): string | undefined {
  if (fact?.payload.type !== "check" || fact.payload.inherited !== true) return undefined;
  return counterparts(side, fact)[0]?.id;
}

/** Everything that needs something of a later section is of that section itself. */
function sectionsOf(ordered: readonly OrderedAction[], side: Side): readonly Section[] {
  const made = new Map<string, number>();
  return ordered.map((each) => {
    const actions = [each.action, ...each.folded];
    const ranks = [
      ...actions.map((action) => sectionNames.indexOf(ownSection(action, side))),
      ...actions.flatMap((action) => action.needs.map((thing) => made.get(thing) ?? 0)),
    ];
    const rank = Math.max(...ranks);
    for (const thing of madeBy(each)) made.set(thing, Math.max(rank, made.get(thing) ?? 0));
    return sectionNames[rank] ?? "last";
  });
}

const afterKinds: ReadonlySet<string> = new Set([
  "index",
  "materialized_view",
  "policy",
  "publication",
  "publication_schema",
  "publication_table",
  "rule",
  "statistics",
  "trigger",
]);

/** Default privileges would add to what the later sections grant; event triggers would fire. */
const lastKinds: ReadonlySet<string> = new Set([
  "default_privileges",
  "event_trigger",
  "subscription",
]);

function ownSection(action: Action, side: Side): Section {
  const { kind, subject, verb } = action;
  if (lastKinds.has(kind)) return "last";
  if (afterKinds.has(kind) || saysUnvalidated(action, side)) return "after";
  return verb === "create" && isFilledLater(side.get(subject)) ? "after" : "before";
}

/** A NOT NULL that the rows which are there need not meet. */
function saysUnvalidated({ verb, subject, makes }: Action, side: Side): boolean {
  if (verb !== "alter") return false;
  return side
    .childrenOf("column", subject)
    .some(
      (column) => column.payload.notNull?.notValid === true && makes.includes(notNullOf(column)),
    );
}

/** A constraint that rows are looked at for all at once, or not at all. */
function isFilledLater(fact: Fact | undefined): boolean {
  if (fact?.kind !== "constraint") return false;
  return fact.payload.type !== "check" || fact.payload.notValid === true;
}

function madeBy({ action, folded }: OrderedAction): readonly string[] {
  return [action, ...folded].flatMap(({ makes }) => makes);
}

interface Surroundings {
  readonly to: Side;
  /** Positions of the steps so far, by what they make. */
  readonly makers: ReadonlyMap<string, readonly number[]>;
  readonly steps: readonly SectionStep[];
}

function heavyWork(
  each: OrderedAction,
  { to, makers, steps }: Surroundings,
): SectionStep["heavy"] | undefined {
  const { action } = each;
  if (action.verb !== "create" || action.transaction !== "any") return undefined;
  if (action.kind !== "index" && action.kind !== "constraint") return undefined;
  const things = [action.subject, ...[action, ...each.folded].flatMap(({ needs }) => needs)];
  const needs = [...new Set(things.flatMap((thing) => makers.get(thing) ?? []))];
  const later = needs.filter((position) => steps[position]?.section !== "before");
  if (later.some((position) => steps[position]?.heavy === undefined)) return undefined;
  const tables = new Set<string>();
  for (const thing of things) {
    const table = tableOf(to.get(thing), to);
    if (table !== undefined) tables.add(table);
  }
  const own = tableOf(to.get(action.subject), to);
  const shares = action.kind === "index" && tables.size === 1 && isPlain(to.get(own ?? ""));
  return { tables: [...tables].sort(), needs: later, shares };
}

/** Neither partitioned nor a partition: an index of such a one touches the others. */
function isPlain(fact: Fact | undefined): boolean {
  if (fact?.kind !== "table") return false;
  return fact.payload.partitionOf === undefined && fact.payload.partitionKey === undefined;
}

/** Of a partition the topmost table, since what is done to that is done to all. */
function tableOf(fact: Fact | undefined, side: Side): string | undefined {
  if (fact === undefined) return undefined;
  if (fact.kind !== "table") {
    return fact.parent === undefined ? undefined : tableOf(side.get(fact.parent), side);
  }
  const { partitionOf } = fact.payload;
  if (partitionOf === undefined) return fact.id;
  return tableOf(side.get(factId("table", partitionOf.parent)), side) ?? fact.id;
}

/** The same for people, loadable by psql: where the rows belong, a comment says so. */
export function sectionText(catalog: Catalog): string {
  const steps = sectionSteps(catalog);
  const paragraphs = sectionNames.map((section) =>
    steps
      .filter((step) => step.section === section)
      .flatMap((step) => step.statements)
      .map((statement) => `${statement};\n`)
      .join("\n"),
  );
  const [before = "", ...later] = paragraphs;
  const head = "SET check_function_bodies = false;\nSET search_path = pg_catalog;\n";
  return [head, before, "-- Here the rows are loaded.\n", ...later]
    .filter((text) => text !== "")
    .join("\n");
}
