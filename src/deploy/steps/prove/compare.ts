/**
 * Two catalogs held against each other: the strictest level at which they are equal, and what differs at the level
 * that is demanded. A text that differs is brought to the server's own form first; a declared exception is taken out
 * and named.
 */
import { compareCatalogs, isEmptyDifference } from "../../../catalog/compare.ts";
import { explainDifference, type ObjectDifference } from "../../../catalog/explain.ts";
import { settleTexts, type Remake } from "../../../catalog/fixed_point.ts";
import type { Catalog } from "../../../catalog/fact.ts";
import { equalityLevels, type EqualityLevel } from "../../../catalog/level.ts";
import { LockstepError } from "../../../core/errors.ts";
import { ServerError } from "../../../ports/database.ts";
import type { Exceptions } from "./exceptions.ts";

export interface CompareOptions {
  /** The level that is demanded. */
  readonly level: EqualityLevel;
  readonly exceptions: Exceptions;
  /** Makes what differs in its text alone again, from that text. */
  readonly remake: Remake;
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
  if (isEmptyDifference(strict)) return equalAt("strict");
  const plain = equalityLevels.find((level) =>
    isEmptyDifference(compareCatalogs(left, right, level)),
  );
  if (plain !== undefined && isAtMost(plain, options.level)) return equalAt(plain);
  const difference = compareCatalogs(left, right, options.level);
  const rest = compareCatalogs(left, await settled(left, right, options), options.level);
  const open = new Set(rest.changed.map(({ id }) => id));
  const same = difference.changed.map(({ id }) => id).filter((id) => !open.has(id));
  const { remaining, used } = options.exceptions.apply(explainDifference(rest));
  const isEqual = remaining.length === 0;
  const level = isEqual && used.length === 0 ? options.level : undefined;
  return { isEqual, level, differences: remaining, settled: same, exceptions: used };
}

function equalAt(level: EqualityLevel): Comparison {
  return { isEqual: true, level, differences: [], settled: [], exceptions: [] };
}

/** Where something can't be made again the question stays open, and the texts differ. */
async function settled(
  left: Catalog,
  right: Catalog,
  { remake }: CompareOptions,
): Promise<Catalog> {
  try {
    return await settleTexts(left, right, remake);
  } catch (error) {
    if (error instanceof LockstepError || error instanceof ServerError) return right;
    throw error;
  }
}

/** Whether `level` is as strict as `demanded`, or stricter. */
function isAtMost(level: EqualityLevel, demanded: EqualityLevel): boolean {
  return equalityLevels.indexOf(level) <= equalityLevels.indexOf(demanded);
}
