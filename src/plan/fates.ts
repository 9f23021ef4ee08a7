/**
 * What becomes of each fact: created, dropped, altered, or both dropped and created where PostgreSQL can't alter.
 * Whatever refers to something that goes away and cannot let go of it goes and comes back with it. Each fact is
 * looked at once per fate, so the work is proportional to what changes. It knows no kind: the rules decide.
 */
import {
  compareCatalogs,
  leaveFixed,
  type CatalogDifference,
  type ChangedFact,
} from "../catalog/compare.ts";
import type { Fact } from "../catalog/fact.ts";
import type { FactId } from "../catalog/id.ts";
import type { Planning } from "./planning.ts";
import {
  alterationOf,
  canRelease,
  comesOnlyWith,
  displaces,
  goesOnlyWith,
  holds,
  isFragile,
} from "./rules.ts";
import type { Side } from "./side.ts";

interface OpenFates {
  readonly drops: Set<FactId>;
  readonly creates: Set<FactId>;
  readonly alters: Map<FactId, ReadonlySet<string>>;
  readonly rebuilds: ReadonlySet<FactId>;
}

const noAttributes: ReadonlySet<string> = new Set();

/**
 * Though nothing about them differs that is looked at, `rebuilds` are tables that are to be made again with their rows, and
 * `remade` what is to be made again as it is.
 */
export function decideFates(
  sides: Omit<Planning, "fates">,
  rebuilds: readonly FactId[] = [],
  remade: readonly FactId[] = [],
): Planning {
  const fates: OpenFates = {
    drops: new Set(),
    creates: new Set(),
    alters: new Map(),
    rebuilds: new Set(rebuilds),
  };
  const planning: Planning = { ...sides, fates };
  const strict =
    sides.options.difference ?? compareCatalogs(sides.from.catalog, sides.to.catalog, "strict");
  const difference = leaveFixed(strict);
  const again = [...rebuilds, ...remade];
  const touched = touchedBy(difference, again);
  for (const side of [sides.from, sides.to]) side.expect(touched);
  for (const fact of difference.added) fates.creates.add(fact.id);
  for (const change of difference.changed) fates.alters.set(change.id, attributeNames(change));
  const closing: Closing = { planning, fates, dropped: [], undecided: [...fates.alters.keys()] };
  for (const fact of difference.removed) drop(closing, fact.id);
  makeRoom(closing);
  for (const id of difference.moved) replaceFact(closing, id);
  for (const id of again) replaceFact(closing, id);
  settle(closing);
  // What goes meanwhile may leave no way to alter what was decided before.
  for (let before = ""; before !== sizeOf(fates); settle(closing)) {
    before = sizeOf(fates);
    makeRoom(closing);
    displaceOthers(closing);
    closing.undecided.push(...fates.alters.keys());
  }
  return planning;
}

/** What differs, and what that belongs and refers to. */
function touchedBy(difference: CatalogDifference, again: readonly FactId[]): ReadonlySet<FactId> {
  const { added, removed, changed, moved } = difference;
  const ids = new Set([...moved, ...again]);
  const facts = [...added, ...removed, ...changed.flatMap(({ from, to }) => [from, to])];
  for (const { id, parent, references } of facts) {
    ids.add(id);
    if (parent !== undefined) ids.add(parent);
    for (const other of references) ids.add(other);
  }
  return ids;
}

/** For what is made, also where it was there before. */
function makeRoom(closing: Closing): void {
  const { fates, planning } = closing;
  for (const id of [...fates.creates]) {
    const fact = planning.to.get(id);
    for (const other of fact === undefined ? [] : comesOnlyWith(fact, planning)) {
      if (!fates.drops.has(other)) replaceFact(closing, other);
    }
  }
}

function sizeOf({ drops, alters }: OpenFates): string {
  return `${drops.size} ${alters.size}`;
}

function displaceOthers({ fates, planning }: Closing): void {
  for (const id of [...fates.creates, ...fates.alters.keys()]) {
    const fact = planning.to.get(id);
    for (const other of fact === undefined ? [] : displaces(fact, planning)) {
      if (fates.drops.has(other) || fates.alters.has(other)) continue;
      fates.alters.set(other, noAttributes);
    }
  }
}

function settle(closing: Closing): void {
  while (closing.dropped.length > 0 || closing.undecided.length > 0) {
    for (let id = closing.dropped.pop(); id !== undefined; id = closing.dropped.pop()) {
      dropFollowers(closing, id);
    }
    const id = closing.undecided.pop();
    if (id !== undefined) decide(closing, id);
  }
}

function attributeNames(change: ChangedFact): ReadonlySet<string> {
  return new Set(change.attributes.map(({ attribute }) => attribute));
}

interface Closing {
  readonly planning: Planning;
  readonly fates: OpenFates;
  /** Dropped, and their followers not looked at yet. */
  readonly dropped: FactId[];
  /** To be altered, if their rule can. */
  readonly undecided: FactId[];
}

function drop(closing: Closing, id: FactId): void {
  if (closing.fates.drops.has(id)) return;
  closing.fates.drops.add(id);
  closing.dropped.push(id);
}

function replaceFact(closing: Closing, id: FactId): void {
  drop(closing, id);
  closing.fates.alters.delete(id);
  createWithin(closing.fates, closing.planning.to, id);
}

/** The fact and everything that belongs to it on the to-side. */
function createWithin(fates: OpenFates, to: Side, id: FactId): void {
  if (to.get(id) === undefined) return;
  fates.creates.add(id);
  fates.alters.delete(id);
  for (const child of to.children(id)) createWithin(fates, to, child.id);
}

function dropFollowers(closing: Closing, id: FactId): void {
  const { from, to } = closing.planning;
  const fact = from.get(id);
  const owner = fact === undefined ? undefined : goesOnlyWith(fact, closing.planning);
  if (owner !== undefined) replaceFact(closing, owner);
  for (const child of from.children(id)) replaceFact(closing, child.id);
  for (const referrer of from.referrers(id)) {
    if (closing.fates.drops.has(referrer.id)) continue;
    if (!letsGo(closing, referrer, id)) replaceFact(closing, referrer.id);
    else if (!closing.fates.alters.has(referrer.id)) {
      closing.fates.alters.set(referrer.id, noAttributes);
      closing.undecided.push(referrer.id);
    } else closing.undecided.push(referrer.id);
  }
  if (closing.fates.creates.has(id)) createWithin(closing.fates, to, id);
}

/** Whether the referrer can stay where it is while what it refers to goes. */
function letsGo(closing: Closing, referrer: Fact, id: FactId): boolean {
  const after = closing.planning.to.get(referrer.id);
  if (after === undefined) return false;
  const isChanged = closing.fates.alters.has(referrer.id);
  const gone = closing.planning.from.get(id);
  const isHeld = gone !== undefined && holds(gone, referrer, closing.planning);
  if (isChanged && !isHeld && !after.references.includes(id)) return true;
  return canRelease(referrer, id, closing.planning);
}

function decide(closing: Closing, id: FactId): void {
  const attributes = closing.fates.alters.get(id);
  const from = closing.planning.from.get(id);
  const to = closing.planning.to.get(id);
  if (attributes === undefined || from === undefined || to === undefined) return;
  const alteration = alterationOf({ from, to, attributes }, closing.planning);
  if (alteration.kind === "replace") {
    replaceFact(closing, alteration.instead ?? id);
    return;
  }
  for (const thing of alteration.again ?? []) replaceFact(closing, thing);
  for (const thing of alteration.rebuild ?? []) {
    const { from: side } = closing.planning;
    for (const follower of [...side.referrers(thing), ...side.children(thing)]) {
      if (!closing.fates.drops.has(follower.id) && isFragile(follower, closing.planning)) {
        replaceFact(closing, follower.id);
      }
    }
  }
}
