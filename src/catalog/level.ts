/**
 * How equal two catalogs have to be. Each level leaves aside what the one before it leaves aside, and more:
 * `strict` nothing; `column-order` the order of columns, of options and of a policy's roles; `names` the names of indexes, constraints, owned
 * sequences and NOT NULL; `semantic` comments, and what changes only how rows are stored and how fast they are found.
 */
import type { Catalog } from "./fact.ts";
import { kindEntry, type Kind } from "./kinds.ts";
import { withoutNames } from "./names_aside.ts";

export const equalityLevels = ["strict", "column-order", "names", "semantic"] as const;
export type EqualityLevel = (typeof equalityLevels)[number];

export const defaultLevel: EqualityLevel = "column-order";

/** Attributes of a kind's payload that the level does not look at. */
export function attributesAside(kind: Kind, level: EqualityLevel): readonly string[] | undefined {
  if (level === "strict") return undefined;
  const { orderAttributes, storageAttributes } = kindEntry(kind);
  if (level !== "semantic" || storageAttributes === undefined) return orderAttributes;
  return [...(orderAttributes ?? []), ...storageAttributes];
}

/** The facts that the level looks at, under the names that count for it. */
export function atLevel(catalog: Catalog, level: EqualityLevel): Catalog {
  if (level === "strict" || level === "column-order") return catalog;
  const asideOf = (kind: Kind): readonly string[] | undefined => attributesAside(kind, level);
  if (level === "names") return withoutNames(catalog, asideOf);
  const kept = [...catalog.facts].filter(([, { kind }]) => kindEntry(kind).aside !== "semantic");
  return withoutNames({ ...catalog, facts: new Map(kept) }, asideOf);
}

/** Of the fingerprints in lockstep.lock. */
export const lockLevel: EqualityLevel = "column-order";
