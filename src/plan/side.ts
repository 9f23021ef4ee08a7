/**
 * One of the two catalogs of a plan, with what planning asks for all the time: what belongs to a fact, and what refers
 * to it. It never asks a server.
 */
import type { Catalog, Fact, FactOf } from "../catalog/fact.ts";
import type { FactId } from "../catalog/id.ts";
import type { Kind } from "../catalog/kinds.ts";

export interface Side {
  readonly catalog: Catalog;
  get(id: FactId): Fact | undefined;
  /** The fact of that id when it is of that kind. */
  find<K extends Kind>(kind: K, id: FactId | undefined): FactOf<K> | undefined;
  children(id: FactId): readonly Fact[];
  childrenOf<K extends Kind>(kind: K, id: FactId): readonly FactOf<K>[];
  referrers(id: FactId): readonly Fact[];
  /** Where only one kind matters this asks far less than `referrers`. */
  referrersOf<K extends Kind>(kind: K, id: FactId): readonly FactOf<K>[];
  ofKind<K extends Kind>(kind: K): readonly FactOf<K>[];
  /** That all of this may be asked of these facts: where they are few, that is found at once, and no index is made. */
  expect(ids: ReadonlySet<FactId>): void;
}

const none: readonly Fact[] = [];

/** One for each catalog, however often it is asked for. */
const known = new WeakMap<Catalog, Side>();

export function sideOf(catalog: Catalog): Side {
  const side = known.get(catalog) ?? openSide(catalog);
  known.set(catalog, side);
  return side;
}

/** Each index is made when it is first asked for, of one kind where that is enough: many plans need few of them, or none. */
function openSide(catalog: Catalog): Side {
  const all = (): Iterable<Fact> => catalog.facts.values();
  const kinds = once(() => indexed(all(), kindOf));
  const children = once(() => indexed(all(), parentOf));
  const referrers = once(() => indexedByReference(all()));
  const ofKind = (kind: Kind): readonly Fact[] => kinds().get(kind) ?? none;
  const childrenWithin = oncePerKind((kind) => indexed(ofKind(kind), parentOf));
  const referrersWithin = oncePerKind((kind) => indexedByReference(ofKind(kind)));
  const get = (id: FactId): Fact | undefined => catalog.facts.get(id);
  const expected = new Map<FactId, Neighbours>();
  return {
    catalog,
    get,
    find: (kind, id) => {
      const fact = id === undefined ? undefined : get(id);
      return fact !== undefined && isOf(fact, kind) ? fact : undefined;
    },
    children: (id) => expected.get(id)?.children ?? children().get(id) ?? none,
    childrenOf: (kind, id) =>
      allOf(ofOneKind(expected.get(id)?.children, kind) ?? childrenWithin(kind).get(id)),
    referrers: (id) => expected.get(id)?.referrers ?? referrers().get(id) ?? none,
    referrersOf: (kind, id) =>
      allOf(ofOneKind(expected.get(id)?.referrers, kind) ?? referrersWithin(kind).get(id)),
    ofKind: (kind) => allOf(ofKind(kind)),
    expect: (ids) => {
      const isFew = ids.size * fewAmong < catalog.facts.size;
      const fresh = isFew ? [...ids].filter((id) => !expected.has(id)) : [];
      if (fresh.length === 0) return;
      const found = neighboursOf(new Set(fresh), all());
      for (const [id, neighbours] of found) expected.set(id, neighbours);
    },
  };
}

/** One of so many facts: an index of all would hold more lists than are asked for. */
const fewAmong = 8;

interface Neighbours {
  readonly children: Fact[];
  readonly referrers: Fact[];
}

function neighboursOf(
  ids: ReadonlySet<FactId>,
  facts: Iterable<Fact>,
): ReadonlyMap<FactId, Neighbours> {
  const found = new Map<FactId, Neighbours>();
  for (const id of ids) found.set(id, { children: [], referrers: [] });
  let parent: FactId | undefined;
  let children: Fact[] | undefined;
  for (const fact of facts) {
    // Many come in runs of one parent.
    if (fact.parent !== parent) {
      ({ parent } = fact);
      children = found.get(parent ?? "")?.children;
    }
    children?.push(fact);
    for (const id of fact.references) found.get(id)?.referrers.push(fact);
  }
  return found;
}

function ofOneKind(facts: readonly Fact[] | undefined, kind: Kind): readonly Fact[] | undefined {
  return facts?.filter((fact) => fact.kind === kind);
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

function oncePerKind(make: (kind: Kind) => Index): (kind: Kind) => Index {
  const made = new Map<Kind, Index>();
  return (kind) => {
    const index = made.get(kind) ?? make(kind);
    made.set(kind, index);
    return index;
  };
}

/** An index of one kind holds no facts of another, which no type can say. */
function allOf<K extends Kind>(facts: readonly Fact[] = none): readonly FactOf<K>[] {
  return facts as unknown as readonly FactOf<K>[];
}

function isOf<K extends Kind>(fact: Fact, kind: K): fact is Fact & FactOf<K> {
  return fact.kind === kind;
}

type Index = ReadonlyMap<string, readonly Fact[]>;
type OpenIndex = Map<string, Fact[]>;

/** Facts come in runs of one kind, and many in runs of one parent: the list of the last is at hand. */
function indexed(facts: Iterable<Fact>, keyOf: (fact: Fact) => string | undefined): Index {
  const index: OpenIndex = new Map();
  let last: string | undefined;
  let list: Fact[] = [];
  for (const fact of facts) {
    const key = keyOf(fact);
    if (key === undefined) continue;
    if (key !== last) list = listAt(index, key);
    last = key;
    list.push(fact);
  }
  return index;
}

function kindOf({ kind }: Fact): string {
  return kind;
}

function parentOf({ parent }: Fact): string | undefined {
  return parent;
}

function indexedByReference(facts: Iterable<Fact>): Index {
  const index: OpenIndex = new Map();
  for (const fact of facts) for (const id of fact.references) listAt(index, id).push(fact);
  return index;
}

function listAt(index: OpenIndex, key: string): Fact[] {
  const known = index.get(key);
  if (known !== undefined) return known;
  const list: Fact[] = [];
  index.set(key, list);
  return list;
}
