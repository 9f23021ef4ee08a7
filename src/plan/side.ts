/**
 * One of the two catalogs of a plan, with the two indexes that planning asks for all the time: what belongs to a
 * fact, and what refers to it. Built once per plan; never asks a server.
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

/** Each index is made when it is first asked for: many plans need one of them, or none. */
function openSide(catalog: Catalog): Side {
  const children = once(() => indexed(catalog, putChild));
  const kinds = once(() => indexed(catalog, putKind));
  const referrers = once(() => indexed(catalog, putReferrer));
  const get = (id: FactId): Fact | undefined => catalog.facts.get(id);
  return {
    catalog,
    get,
    find: (kind, id) => {
      const fact = id === undefined ? undefined : get(id);
      return fact !== undefined && isOf(fact, kind) ? fact : undefined;
    },
    children: (id) => children().get(id) ?? none,
    childrenOf: (kind, id) => {
      const found = children().get(id);
      return found === undefined ? [] : found.filter((fact) => isOf(fact, kind));
    },
    referrers: (id) => referrers().get(id) ?? none,
    ofKind: (kind) => (kinds().get(kind) ?? none).filter((fact) => isOf(fact, kind)),
  };
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

function isOf<K extends Kind>(fact: Fact, kind: K): fact is Fact & FactOf<K> {
  return fact.kind === kind;
}

type Index = ReadonlyMap<string, readonly Fact[]>;
type OpenIndex = Map<string, Fact[]>;

function indexed({ facts }: Catalog, put: (index: OpenIndex, fact: Fact) => void): Index {
  const index: OpenIndex = new Map();
  for (const fact of facts.values()) put(index, fact);
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
