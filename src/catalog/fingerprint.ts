/**
 * The fingerprint of a catalog: the root of a Merkle tree whose nodes are the facts and whose edges go from parent
 * to child. Equal fingerprints mean equal catalogs at that level, on servers of one major.
 */
import { sha256 } from "../core/hash.ts";
import { canonicalRecord } from "./canonical.ts";
import type { Catalog, Fact, Payload } from "./fact.ts";
import type { FactId } from "./id.ts";
import { kindEntry, type Kind } from "./kinds.ts";
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

/** A catalog never changes, and a command asks for the same one's more than once. */
const known = new WeakMap<Catalog, Map<EqualityLevel, string>>();

export function fingerprint(catalog: Catalog, level: EqualityLevel = defaultLevel): string {
  const levels = known.get(catalog) ?? new Map<EqualityLevel, string>();
  known.set(catalog, levels);
  const found = levels.get(level) ?? hashCatalog(catalog, level).fingerprint;
  levels.set(level, found);
  return found;
}

export function hashCatalog(catalog: Catalog, level: EqualityLevel = defaultLevel): CatalogHashes {
  const seen = atLevel(catalog, level);
  const children = childrenByParent(seen);
  const payloadLine = openPayloadLines(level);
  const hashOf = (fact: Fact): string => {
    // The fact's own two lines; a newline within a value is escaped by JSON.
    let text = `${idLine(fact.id)}\n${payloadLine(fact)}`;
    for (const child of children.get(fact.id) ?? noFacts) text += `${hashOf(child)}\n`;
    return sha256(text);
  };
  const roots = (children.get(undefined) ?? noFacts).map((root) => `${hashOf(root)}\n`);
  const head = `lockstep catalog ${formatVersion}\npostgresql ${catalog.major}\nlevel ${level}\n`;
  const root = sha256(head + roots.join(""));
  return {
    fingerprint: `pg${catalog.major}:${level}:${root}`,
    root,
    subtree: (id) => {
      const fact = seen.facts.get(id);
      return fact === undefined ? undefined : hashOf(fact);
    },
  };
}

const noFacts: readonly Fact[] = [];

/** So many payloads of each kind are remembered: a catalog that was read has the same one for thousands of columns. */
const rememberedMax = 256;

interface Remembered {
  readonly aside: readonly string[] | undefined;
  readonly lines: Map<Payload, string>;
}

function openPayloadLines(level: EqualityLevel): (fact: Fact) => string {
  const kinds = new Map<Kind, Remembered>();
  return (fact) => {
    const { kind, payload } = fact;
    const { aside, lines } =
      kinds.get(kind) ??
      put(kinds, kind, { aside: attributesAside(kind, level), lines: new Map() });
    const known = lines.get(payload);
    if (known !== undefined) return known;
    const record = level === "strict" ? withOrders(fact) : payload;
    const line = `${canonicalRecord(record, aside)}\n`;
    return lines.size < rememberedMax ? put(lines, payload, inOnePiece(line)) : line;
  };
}

/** V8 keeps a text as the pieces that it was made of, and would go through them for each fact that has it. */
function inOnePiece(text: string): string {
  return [...text].join("");
}

function put<K, V>(map: Map<K, V>, key: K, value: V): V {
  map.set(key, value);
  return value;
}

const unusual = /[\n\\]/;

function idLine(id: FactId): string {
  return unusual.test(id) ? id.replaceAll("\\", "\\\\").replaceAll("\n", "\\n") : id;
}

/** A record has no order once it is canonical; where its options stand in another one, that is an attribute of its own. */
function withOrders({ kind, payload }: Fact): Payload {
  const { optionAttributes } = kindEntry(kind);
  if (optionAttributes === undefined) return payload;
  const record: Payload = payload;
  let orders: Record<string, readonly string[]> | undefined;
  for (const attribute of optionAttributes) {
    const names = Object.keys(record[attribute] ?? {});
    if (names.every((name, at) => at === 0 || (names[at - 1] ?? "") < name)) continue;
    orders = { ...orders, [`${attribute}Order`]: names };
  }
  return orders === undefined ? record : { ...record, ...orders };
}

/** In the order of ids, by code unit. The facts without a parent are under undefined. */
function childrenByParent(catalog: Catalog): ReadonlyMap<FactId | undefined, readonly Fact[]> {
  const children = new Map<FactId | undefined, Fact[]>();
  for (const fact of catalog.facts.values()) {
    const siblings = children.get(fact.parent);
    if (siblings === undefined) children.set(fact.parent, [fact]);
    else siblings.push(fact);
  }
  for (const siblings of children.values()) {
    if (siblings.length > 1) siblings.sort((a, b) => (a.id < b.id ? -1 : 1));
  }
  return children;
}
