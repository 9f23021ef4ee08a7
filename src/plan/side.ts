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

interface Indexes {
  readonly children: ReadonlyMap<FactId, readonly Fact[]>;
  readonly referrers: ReadonlyMap<FactId, readonly Fact[]>;
  readonly kinds: ReadonlyMap<Kind, readonly Fact[]>;
}

function indexesOf(catalog: Catalog): Indexes {
  const children = new Map<FactId, Fact[]>();
  const referrers = new Map<FactId, Fact[]>();
  const kinds = new Map<Kind, Fact[]>();
  for (const fact of catalog.facts.values()) {
    put(kinds, fact.kind, fact);
    if (fact.parent !== undefined) put(children, fact.parent, fact);
    for (const id of fact.references) put(referrers, id, fact);
  }
  return { children, referrers, kinds };
}

/** The indexes are made when they are first asked for: two equal catalogs need none. */
export function sideOf(catalog: Catalog): Side {
  let made: Indexes | undefined;
  const indexes = (): Indexes => (made ??= indexesOf(catalog));
  const get = (id: FactId): Fact | undefined => catalog.facts.get(id);
  return {
    catalog,
    get,
    find: (kind, id) => {
      const fact = id === undefined ? undefined : get(id);
      return fact !== undefined && isOf(fact, kind) ? fact : undefined;
    },
    children: (id) => indexes().children.get(id) ?? none,
    childrenOf: (kind, id) => {
      const found = indexes().children.get(id);
      return found === undefined ? [] : found.filter((fact) => isOf(fact, kind));
    },
    referrers: (id) => indexes().referrers.get(id) ?? none,
    ofKind: (kind) => (indexes().kinds.get(kind) ?? none).filter((fact) => isOf(fact, kind)),
  };
}

function isOf<K extends Kind>(fact: Fact, kind: K): fact is Fact & FactOf<K> {
  return fact.kind === kind;
}

function put<T>(index: Map<T, Fact[]>, key: T, fact: Fact): void {
  const known = index.get(key);
  if (known === undefined) index.set(key, [fact]);
  else known.push(fact);
}
