/**
 * Puts actions in order: one graph, edges from what each action makes, takes, needs, frees and disturbs, one
 * topological sort whose ties are broken by rank and key, so that the same catalogs give the same plan.
 * It knows no kind of object, and it never breaks a circle by force: an action that may stand apart from its owner
 * is unfolded, one that has a first form is done in two parts, and a circle that is left is refused by name.
 */
import { LockstepError } from "../core/errors.ts";
import type { Action } from "./actions.ts";
import { circles } from "./circles.ts";
import { Heap } from "./heap.ts";
import { splitOne } from "./preliminary.ts";

/** An action with the ones that became clauses of it. */
export interface OrderedAction {
  readonly action: Action;
  readonly folded: readonly Action[];
}

/** Successors by position in the list of actions. */
export type Edges = readonly (readonly number[])[];

export function orderActions(given: readonly Action[]): readonly OrderedAction[] {
  for (let actions = given; ;) {
    const grouped = foldUntilAcyclic(actions, buildEdges(actions));
    if (grouped.circle === undefined) return sortGroups(actions, grouped);
    const split = splitOne(actions, grouped.circle);
    if (split === undefined) throw circleError(actions, grouped.circle);
    actions = split;
  }
}

/** The edges of the graph: `a -> b` when a must run before b. */
export function buildEdges(actions: readonly Action[]): Edges {
  const makers = indexBy(actions, (action) => action.makes);
  const takers = indexBy(actions, (action) => action.takes);
  const disturbers = indexBy(actions, (action) => action.disturbs);
  const releasers = indexBy(actions, (action) => action.releases);
  const edges: number[][] = actions.map(() => []);
  const before = (first: readonly number[] | undefined, second: number): void => {
    for (const each of first ?? []) if (each !== second) edges[each]?.push(second);
  };
  const after = (first: number, second: readonly number[] | undefined): void => {
    for (const each of second ?? []) if (each !== first) edges[first]?.push(each);
  };
  for (const [position, action] of actions.entries()) {
    for (const thing of action.needs) before(makers.get(thing), position);
    for (const name of action.claims) before(releasers.get(name), position);
    for (const thing of action.frees) {
      after(position, takers.get(thing));
      after(position, disturbers.get(thing));
    }
  }
  return edges;
}

function indexBy(
  actions: readonly Action[],
  things: (action: Action) => readonly string[],
): ReadonlyMap<string, readonly number[]> {
  const index = new Map<string, number[]>();
  for (const [position, action] of actions.entries()) {
    for (const thing of things(action)) {
      const known = index.get(thing);
      if (known === undefined) index.set(thing, [position]);
      else known.push(position);
    }
  }
  return index;
}

/**
 * For each action the position of the one whose statement it is part of. Folding closes a circle when two tables
 * refer to each other; then whatever may stand alone and touches the circle does, but for what would only be in a
 * circle of its own there.
 */
function foldUntilAcyclic(actions: readonly Action[], edges: Edges): Grouped {
  const positions = new Map(actions.map((action, position) => [action.key, position]));
  const folds = actions.map((action, position) =>
    action.fold === undefined ? position : (positions.get(action.fold.into) ?? position),
  );
  let whole: Wholes | undefined;
  for (;;) {
    const groups = folds.map((_fold, position) => leaderOf(folds, position));
    const joined = groupEdges(edges, groups);
    const found = circles(joined);
    if (found.length === 0) return { groups, joined };
    whole ??= findWholes(actions, edges, folds);
    if (!unfold({ actions, edges, groups, folds, found, whole })) {
      const inside = new Set(found[0]);
      const members = folds.flatMap((_fold, position) =>
        inside.has(groups[position] ?? position) ? [position] : [],
      );
      return { groups, joined, circle: new Set(members) };
    }
  }
}

interface Grouped {
  readonly groups: readonly number[];
  /** The edges between groups. */
  readonly joined: Edges;
  /** Positions of actions that wait for each other. */
  readonly circle?: ReadonlySet<number>;
}

/** A default folds into its column, which folds into its table. */
function leaderOf(folds: readonly number[], position: number): number {
  let leader = position;
  for (let next = folds[leader]; next !== undefined && next !== leader; next = folds[leader]) {
    leader = next;
  }
  return leader;
}

/** What is never taken apart. */
interface Wholes {
  /** For each action the one that it never stands without, or itself. */
  readonly owners: readonly number[];
  /**
   * What may stand alone by its kind, and yet waits for a part of its owner and is waited for by another: a column's
   * sequence, say, between the default that reads it and the column.
   */
  readonly inseparable: ReadonlySet<number>;
}

function findWholes(actions: readonly Action[], edges: Edges, folds: readonly number[]): Wholes {
  const bound = folds.map((fold, position) =>
    actions[position]?.fold?.always === true ? fold : position,
  );
  const owners = bound.map((_fold, position) => leaderOf(bound, position));
  const circleOf = numbered(circles(groupEdges(edges, owners)));
  const inseparable = folds.flatMap((fold, position) => {
    const circle = circleOf.get(owners[position] ?? position);
    const isTogether = circle !== undefined && circle === circleOf.get(owners[fold] ?? fold);
    return isTogether && fold !== position ? [position] : [];
  });
  return { owners, inseparable: new Set(inseparable) };
}

/** The number of the circle that each member is in. */
function numbered(found: readonly (readonly number[])[]): ReadonlyMap<number, number> {
  return new Map(
    found.flatMap((circle, number) => circle.map((member) => [member, number] as const)),
  );
}

interface Unfolding {
  readonly actions: readonly Action[];
  readonly edges: Edges;
  readonly groups: readonly number[];
  readonly folds: number[];
  readonly found: readonly (readonly number[])[];
  readonly whole: Wholes;
}

/** Takes apart what may be taken apart; false when there was nothing. */
function unfold(input: Unfolding): boolean {
  const { actions, edges, groups, folds, found, whole } = input;
  const circleOf = numbered(found);
  const waiting = new Set<number>();
  const awaited = new Set<number>();
  for (const [from, successors] of edges.entries()) {
    for (const to of successors) {
      const here = groups[from] ?? from;
      const there = groups[to] ?? to;
      const circle = circleOf.get(here);
      if (here === there || circle === undefined || circle !== circleOf.get(there)) continue;
      waiting.add(to);
      awaited.add(from);
    }
  }
  const isFree = (position: number): boolean => {
    const fold = actions[position]?.fold;
    if (fold === undefined || fold.always || whole.inseparable.has(position)) return false;
    return folds[position] !== position;
  };
  // What waits is let out first: a key that others refer to stays where a person would have written it.
  // What never stands alone is let out with its owner: a partition's key with the partition.
  const ownersOf = (positions: ReadonlySet<number>): ReadonlySet<number> =>
    new Set([...positions].map((position) => whole.owners[position] ?? position));
  const choices = [waiting, awaited, ownersOf(waiting), ownersOf(awaited)];
  const free = choices.map((chosen) => [...chosen].filter(isFree)).find(({ length }) => length > 0);
  for (const position of free ?? []) folds[position] = position;
  return free !== undefined;
}

function groupEdges(edges: Edges, groups: readonly number[]): Edges {
  const joined: number[][] = groups.map(() => []);
  for (const [from, successors] of edges.entries()) {
    const here = groups[from] ?? from;
    for (const to of successors) {
      const there = groups[to] ?? to;
      if (here !== there) joined[here]?.push(there);
    }
  }
  // Once each: sets are made only where there is something to find twice.
  return joined.map((list) => (list.length > 1 ? [...new Set(list)] : list));
}

function circleError(actions: readonly Action[], circle: ReadonlySet<number>): LockstepError {
  const names = actions
    .filter((_action, position) => circle.has(position))
    .map(({ key }) => key)
    .toSorted();
  return new LockstepError(
    "DIFF.CIRCLE",
    `these changes wait for each other, and none can be split: ${names.slice(0, 6).join(", ")}`,
    { notes: names.slice(0, 40), data: { actions: names } },
  );
}

function sortGroups(
  actions: readonly Action[],
  { groups, joined }: Grouped,
): readonly OrderedAction[] {
  const waitingFor = groups.map(() => 0);
  for (const successors of joined) {
    for (const to of successors) waitingFor[to] = (waitingFor[to] ?? 0) + 1;
  }
  const folded = new Map<number, Action[]>();
  const ready = new Heap<number>((left, right) => compareActions(actions[left], actions[right]));
  for (const [position, action] of actions.entries()) {
    const leader = groups[position] ?? position;
    if (leader !== position) {
      const known = folded.get(leader);
      if (known === undefined) folded.set(leader, [action]);
      else known.push(action);
    } else if (waitingFor[position] === 0) ready.push(position);
  }
  const sorted: OrderedAction[] = [];
  for (let next = ready.pop(); next !== undefined; next = ready.pop()) {
    const action = actions[next];
    if (action !== undefined) sorted.push({ action, folded: folded.get(next) ?? [] });
    for (const to of joined[next] ?? []) {
      const left = (waitingFor[to] ?? 0) - 1;
      waitingFor[to] = left;
      if (left === 0) ready.push(to);
    }
  }
  return sorted;
}

/** Code points, not a locale: the order must be the same on every machine. */
function compareActions(left: Action | undefined, right: Action | undefined): number {
  if (left === undefined || right === undefined) return 0;
  if (left.rank !== right.rank) return left.rank - right.rank;
  return left.key < right.key ? -1 : left.key > right.key ? 1 : 0;
}
