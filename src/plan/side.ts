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
  const kinds = once(() => indexed(all(), putKind));
  const children = once(() => indexed(all(), putChild));
  const referrers = once(() => indexed(all(), putReferrer));
  const ofKind = (kind: Kind): readonly Fact[] => kinds().get(kind) ?? none;
  const childrenWithin = oncePerKind((kind) => indexed(ofKind(kind), putChild));
  const referrersWithin = oncePerKind((kind) => indexed(ofKind(kind), putReferrer));
  const get = (id: FactId): Fact | undefined => catalog.facts.get(id);
  return {
    catalog,
    get,
    find: (kind, id) => {
      const fact = id === undefined ? undefined : get(id);
      return fact !== undefined && isOf(fact, kind) ? fact : undefined;
    },
    children: (id) => children().get(id) ?? none,
    childrenOf: (kind, id) => allOf(childrenWithin(kind).get(id)),
    referrers: (id) => referrers().get(id) ?? none,
    referrersOf: (kind, id) => allOf(referrersWithin(kind).get(id)),
    ofKind: (kind) => allOf(ofKind(kind)),
  };
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

function indexed(facts: Iterable<Fact>, put: (index: OpenIndex, fact: Fact) => void): Index {
  const index: OpenIndex = new Map();
  for (const fact of facts) put(index, fact);
  return index;
}

function putChild(index: OpenIndex, fact: Fact): void {
  if (fact.parent !== undefined) putAt(index, fact.parent, fact);
}

function putKind(index: OpenIndex, fact: Fact): void {
  putAt(index, fact.kind, fact);
}

function putReferrer(index: OpenIndex, fact: Fact): void {
  for (const id of fact.references) putAt(index, id, fact);
}

function putAt(index: OpenIndex, key: string, fact: Fact): void {
  const known = index.get(key);
  if (known === undefined) index.set(key, [fact]);
  else known.push(fact);
}
