/**
 * How equal two catalogs have to be. Each level leaves aside what the one before it leaves aside, and more:
 * `strict` nothing, `column-order` the physical order of columns.
 */
import { kindEntry } from "./kinds.ts";
import type { Fact } from "./fact.ts";

export const equalityLevels = ["strict", "column-order", "names", "semantic"] as const;
export type EqualityLevel = (typeof equalityLevels)[number];

export const defaultLevel: EqualityLevel = "column-order";

/** Attributes of this fact's payload that the level does not look at. */
export function attributesAside(fact: Fact, level: EqualityLevel): readonly string[] {
  return level === "strict" ? [] : (kindEntry(fact.kind).orderAttributes ?? []);
}
