/**
 * The plan from one catalog to another, as values: ordered steps, cut into segments where something can be used only
 * after a commit or cannot run in a transaction. The same catalogs give the same plan, byte for byte.
 */
import { compareCatalogs, isEmptyDifference } from "../catalog/compare.ts";
import type { Catalog, Fact } from "../catalog/fact.ts";
import type { FactId } from "../catalog/id.ts";
import { LockstepError } from "../core/errors.ts";
import type { Action, DataLoss, Verb } from "./actions.ts";
import { lateChecks, rowChecks } from "./checks.ts";
import type { RowCheck } from "./checks/check.ts";
import { checkStatement, type CheckPlace } from "./checks/text.ts";
import { columnOrderAfter, planReordering } from "./column_order.ts";
import { emitActions } from "./emit.ts";
import { decideFates } from "./fates.ts";
import { forcedRenames } from "./renames/forced.ts";
import { orderActions, type OrderedAction } from "./graph.ts";
import { isHollow, type PlanOptions, type Planning } from "./planning.ts";
import { refuseOutOfReach } from "./rules/relink.ts";
import { planWithinReach } from "./within_reach.ts";
import { isTyped, refuseOtherThanType } from "./rules/typed.ts";
import { refuseUnwritable } from "./unwritable.ts";
import { statementsOf } from "./statement_text.ts";
import { sideOf } from "./side.ts";

export interface SchemaStep {
  /** `check`: changes nothing, and fails when rows stand in the way of what comes after. */
  readonly verb: Verb | "check";
  readonly kind: string;
  /** The fact's id. */
  readonly object: string;
  /** Of a rename: what it is called afterwards, for people. */
  readonly becomes?: string;
  /** Of a check: what it asks. */
  readonly check?: Omit<RowCheck, "object">;
  /** Complete statements without the final semicolon. */
  readonly statements: readonly string[];
  /** Older servers than this major have nothing to change: a migration, which may meet one, leaves it out there. */
  readonly onlySince?: number;
  readonly loss: DataLoss;
}

export interface SchemaSegment {
  /** False: one step, outside of any transaction. */
  readonly transaction: boolean;
  readonly steps: readonly SchemaStep[];
}

export interface SchemaPlan {
  readonly segments: readonly SchemaSegment[];
  /** What is dropped and does not come back: the things that --allow-drop is asked for. */
  readonly drops: readonly DroppedObject[];
  /** Tables whose columns stand in another order afterwards than the to-side has them. */
  readonly otherOrder: readonly FactId[];
}

export interface DroppedObject {
  readonly kind: string;
  readonly object: string;
}

export function planSchema(from: Catalog, to: Catalog, options: PlanOptions = {}): SchemaPlan {
  if (from.major !== to.major) {
    throw new LockstepError(
      "DIFF.MAJORS",
      `one side is PostgreSQL ${from.major}, the other PostgreSQL ${to.major}`,
    );
  }
  const difference = options.difference ?? compareCatalogs(from, to, "strict");
  if (isEmptyDifference(difference) && difference.moved.length === 0) return nothing;
  const renamed = forcedRenames(from, to, difference);
  const { planning, remade } = planWithinReach(
    decideFates({
      ...{ from: sideOf(renamed.catalog), to: sideOf(to), major: from.major },
      options: { ...options, difference: renamed.steps.length === 0 ? difference : undefined },
    }),
  );
  refuseUnwritable(planning);
  const segments = [
    ...checkSegments(planning),
    ...startingWith(renamed.steps, segmentsOf(orderActions(emitActions(planning)), planning)),
  ];
  const order = columnOrderAfter(planning, difference);
  const isAsked = (id: FactId): boolean =>
    options.columnOrder === "rebuild" || isTyped(id, planning) || remade.has(id);
  const kept = order.misplaced.filter((id) => !isAsked(id));
  const asked = new Set([...order.misplaced.filter(isAsked), ...remade.keys()]);
  const { planning: again, left } = planReordering(
    { ...order, misplaced: [...asked].toSorted() },
    { ...planning, to: sideOf(to) },
    remade,
  );
  refuseOutOfReach(left.flatMap((id) => remade.get(id) ?? []));
  refuseOtherThanType(left, planning);
  const more = again === undefined ? [] : segmentsOf(orderActions(emitActions(again)), again);
  return {
    drops: droppedObjects(planning),
    segments: [...segments, ...more],
    otherOrder: [...kept, ...left].toSorted(),
  };
}

const nothing: SchemaPlan = { segments: [], drops: [], otherOrder: [] };

function startingWith(
  steps: readonly SchemaStep[],
  segments: readonly SchemaSegment[],
): readonly SchemaSegment[] {
  if (steps.length === 0) return segments;
  const [first, ...rest] = segments;
  return first?.transaction === true
    ? [{ transaction: true, steps: [...steps, ...first.steps] }, ...rest]
    : [{ transaction: true, steps }, ...segments];
}

/** All questions first, in a transaction of their own: their locks are gone before any stronger one is asked for. */
function checkSegments(planning: Planning): readonly SchemaSegment[] {
  const steps = rowChecks(planning).map((check) => checkStep(check, "first", planning));
  return steps.length === 0 ? [] : [{ transaction: true, steps }];
}

function checkStep(check: RowCheck, place: CheckPlace, planning: Planning): SchemaStep {
  const { object, ...rest } = check;
  const kind = (planning.to.get(object) ?? planning.from.get(object))?.kind ?? "";
  const statements = [checkStatement(check, place)];
  return { verb: "check", kind, object, check: rest, statements, loss: "none" };
}

/** What can be asked only now. */
function lateSteps(action: Action, planning: Planning): readonly SchemaStep[] {
  return lateChecks(action, planning).map((check) => checkStep(check, "late", planning));
}

/** The same order, before it is cut: what a dump is written from. */
export function orderedActions(
  from: Catalog,
  to: Catalog,
  options: PlanOptions,
): readonly OrderedAction[] {
  const planning = decideFates({ from: sideOf(from), to: sideOf(to), options, major: to.major });
  refuseUnwritable(planning);
  return orderActions(emitActions(planning));
}

function segmentsOf(
  ordered: readonly OrderedAction[],
  planning: Planning,
): readonly SchemaSegment[] {
  const segments: SchemaSegment[] = [];
  let steps: SchemaStep[] = [];
  let uncommitted = new Set<string>();
  const close = (): void => {
    if (steps.length > 0) segments.push({ transaction: true, steps });
    steps = [];
    uncommitted = new Set();
  };
  const awaited = awaitedCommits(ordered);
  for (const each of ordered) {
    const step = stepOf(each);
    if (step === undefined) continue;
    const isAfter = each.action.transaction !== "commit after";
    if (isAfter && isAny(uncommitted, awaited)) close();
    if (each.action.transaction === "none") {
      close();
      segments.push({ transaction: false, steps: [step] });
      continue;
    }
    steps.push(...lateSteps(each.action, planning), step);
    if (each.action.transaction === "commit after") {
      for (const thing of each.action.makes) uncommitted.add(thing);
    }
  }
  close();
  return segments;
}

/**
 * What is made by steps that have to be committed and that others wait for: the cut comes right behind those, so that
 * what fails after it leaves as little behind as can be.
 */
function awaitedCommits(ordered: readonly OrderedAction[]): ReadonlySet<string> {
  const all = ordered.flatMap(({ action, folded }) => [action, ...folded]);
  const made = new Set(
    all.flatMap(({ transaction, makes }) => (transaction === "commit after" ? makes : [])),
  );
  return new Set(all.flatMap(({ needs }) => needs.filter((thing) => made.has(thing))));
}

function isAny(things: ReadonlySet<string>, of: ReadonlySet<string>): boolean {
  return [...things].some((thing) => of.has(thing));
}

function stepOf(ordered: OrderedAction): SchemaStep | undefined {
  const statements = statementsOf(ordered);
  if (statements.length === 0) return undefined;
  const { verb, kind, subject, onlySince } = ordered.action;
  const actions: readonly Action[] = [ordered.action, ...ordered.folded];
  const since = onlySince === undefined ? {} : { onlySince };
  return { verb, kind, object: subject, statements, ...since, loss: worstLoss(actions) };
}

const losses: readonly DataLoss[] = ["none", "rewrites", "narrows", "drops columns", "drops rows"];

function worstLoss(actions: readonly Action[]): DataLoss {
  const worst = Math.max(...actions.map(({ loss }) => losses.indexOf(loss)));
  return losses[worst] ?? "none";
}

/** Parts of other objects, and what can be said again, are not asked for one by one. */
const unasked: ReadonlySet<string> = new Set([
  "comment",
  "default",
  "default_privileges",
  "extension_dependency",
  "grant",
  "membership",
  "publication_schema",
  "publication_table",
  "security_label",
  "setting",
]);

function droppedObjects(planning: Planning): readonly DroppedObject[] {
  const { drops, creates } = planning.fates;
  const dropped: DroppedObject[] = [];
  for (const id of drops) {
    const fact = planning.from.get(id);
    if (fact === undefined || unasked.has(fact.kind)) continue;
    const isGone = !creates.has(id);
    if (!isGone && !losesData(fact, planning)) continue;
    if (fact.parent !== undefined && drops.has(fact.parent) && fact.kind !== "table") {
      if (planning.from.get(fact.parent)?.kind !== "schema") continue;
    }
    dropped.push({ kind: askedKind(fact, planning), object: id });
  }
  return dropped.sort((left, right) => (left.object < right.object ? -1 : 1));
}

/** A view's column holds nothing: it goes by the word for views, which lets no table's column go. */
function askedKind({ kind, parent }: Fact, planning: Planning): string {
  const owner = planning.from.get(parent ?? "")?.kind;
  const isShown = owner === "view" || owner === "materialized_view";
  return kind === "column" && isShown ? owner : kind;
}

/** Though it comes back. */
function losesData({ kind, id, parent, payload }: Fact, planning: Planning): boolean {
  if (kind === "table") return !isHollow(planning, id);
  if (kind !== "column" || "generated" in payload) return false;
  return planning.from.get(parent ?? "")?.kind === "table";
}
