/**
 * The fingerprint of a catalog: the root of a Merkle tree whose nodes are the facts and whose edges go from parent
 * to child. Equal fingerprints mean equal catalogs at that level, on servers of one major.
 */
import { sha256 } from "../core/hash.ts";
import { canonicalRecord } from "./canonical.ts";
import type { Catalog, Fact } from "./fact.ts";
import type { FactId } from "./id.ts";
import { atLevel, attributesAside, defaultLevel, type EqualityLevel } from "./level.ts";

/** In the root's text: what is hashed and how may change, old fingerprints must not be mistaken then. */
const formatVersion = 1;

export interface CatalogHashes {
  /** `pg18:column-order:` and the root's hash. */
  readonly fingerprint: string;
  /** The root's hash alone: 64 hexadecimal digits. */
  readonly root: string;
  /** Of a fact with everything below it; undefined when there is no such fact. */
  subtree(id: FactId): string | undefined;
}

export function fingerprint(catalog: Catalog, level: EqualityLevel = defaultLevel): string {
  return hashCatalog(catalog, level).fingerprint;
}

export function hashCatalog(catalog: Catalog, level: EqualityLevel = defaultLevel): CatalogHashes {
  const seen = atLevel(catalog, level);
  const children = childrenByParent(seen);
  const subtrees = new Map<FactId, string>();
  const hashOf = (fact: Fact): string => {
    const below = children.get(fact.id) ?? [];
    const hash = sha256(
      factText(fact, level) + below.map((child) => `${hashOf(child)}\n`).join(""),
    );
    if (below.length > 0) subtrees.set(fact.id, hash);
    return hash;
  };
  const roots = (children.get(undefined) ?? []).map((root) => `${hashOf(root)}\n`);
  const head = `lockstep catalog ${formatVersion}\npostgresql ${catalog.major}\nlevel ${level}\n`;
  const root = sha256(head + roots.join(""));
  return {
    fingerprint: `pg${catalog.major}:${level}:${root}`,
    root,
    subtree: (id) => {
      const known = subtrees.get(id);
      const fact = seen.facts.get(id);
      return known ?? (fact === undefined ? undefined : hashOf(fact));
    },
  };
}

/** The fact's own two lines; a newline within a value is escaped by JSON, one within an id by `idLine`. */
function factText(fact: Fact, level: EqualityLevel): string {
  return `${idLine(fact.id)}\n${canonicalRecord(fact.payload, attributesAside(fact.kind, level))}\n`;
}

function idLine(id: FactId): string {
  return id.includes("\n") || id.includes("\\")
    ? id.replaceAll("\\", "\\\\").replaceAll("\n", "\\n")
    : id;
}

/** In the order of ids, by code unit. The facts without a parent are under undefined. */
function childrenByParent(catalog: Catalog): ReadonlyMap<FactId | undefined, readonly Fact[]> {
  const children = new Map<FactId | undefined, Fact[]>();
  for (const fact of catalog.facts.values()) {
    const siblings = children.get(fact.parent);
    if (siblings === undefined) children.set(fact.parent, [fact]);
    else siblings.push(fact);
  }
  for (const siblings of children.values()) siblings.sort((a, b) => (a.id < b.id ? -1 : 1));
  return children;
}
