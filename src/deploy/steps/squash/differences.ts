/** Differences of two catalogs as the notes of an error: object by object, no more than can be read. */
import type { ObjectDifference } from "../../../catalog/explain.ts";

const objectsShown = 12;

export function describeDifferences(
  differences: readonly ObjectDifference[],
  [left, right]: readonly [string, string],
): readonly string[] {
  const lines = differences.slice(0, objectsShown).flatMap(({ object, presence, attributes }) => {
    if (presence !== "both") return [`${object}: only in ${presence === "left" ? left : right}`];
    return attributes.map(
      (one) =>
        `${object}, ${one.attribute}: ${shown(one.left)} in ${left}, ${shown(one.right)} in ${right}`,
    );
  });
  const more = differences.length - objectsShown;
  return more > 0 ? [...lines, `and ${more} more`] : lines;
}

function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  return typeof value === "string" ? value : JSON.stringify(value);
}
