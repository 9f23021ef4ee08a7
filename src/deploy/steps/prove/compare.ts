/**
 * Two catalogs held against each other: the strictest level at which they are equal, and what differs at the level
 * that is demanded. A text that differs is brought to the server's own form first; a declared exception is taken out
 * and named.
 */
import { compareCatalogs, isEmptyDifference } from "../../../catalog/compare.ts";
import { explainDifference, type ObjectDifference } from "../../../catalog/explain.ts";
import type { Catalog } from "../../../catalog/fact.ts";
import { equalityLevels, type EqualityLevel } from "../../../catalog/level.ts";
import type { Exceptions } from "./exceptions.ts";
import { settleTexts, type Remake } from "./settle.ts";

export interface CompareOptions {
  /** The level that is demanded. */
  readonly level: EqualityLevel;
  readonly exceptions: Exceptions;
  /** Makes a catalog again from its own text; undefined where there is no way to. */
  readonly remake: Remake | undefined;
}

export interface Comparison {
  readonly isEqual: boolean;
  /** The strictest level at which they are equal; undefined: at none, or only with exceptions. */
  readonly level: EqualityLevel | undefined;
  /** At the level that is demanded, without the exceptions. */
  readonly differences: readonly ObjectDifference[];
  /** Objects whose texts differ and mean the same. */
  readonly settled: readonly string[];
  /** The exceptions that were used. */
  readonly exceptions: readonly string[];
}

export async function compareSides(
  left: Catalog,
  right: Catalog,
  options: CompareOptions,
): Promise<Comparison> {
  const strict = compareCatalogs(left, right, "strict");
  if (isEmptyDifference(strict)) return same("strict");
  const plain = equalityLevels.find((level) =>
    isEmptyDifference(compareCatalogs(left, right, level)),
  );
  if (plain !== undefined && isAtMost(plain, options.level)) return same(plain);
  const difference = compareCatalogs(left, right, options.level);
  const { rest, settled } = await settleTexts(difference, { left, right }, options);
  const { remaining, used } = options.exceptions.apply(explainDifference(rest));
  const isEqual = remaining.length === 0;
  const level = isEqual && used.length === 0 ? options.level : undefined;
  return { isEqual, level, differences: remaining, settled, exceptions: used };
}

function same(level: EqualityLevel): Comparison {
  return { isEqual: true, level, differences: [], settled: [], exceptions: [] };
}

/** Whether `level` is as strict as `demanded`, or stricter. */
function isAtMost(level: EqualityLevel, demanded: EqualityLevel): boolean {
  return equalityLevels.indexOf(level) <= equalityLevels.indexOf(demanded);
}
