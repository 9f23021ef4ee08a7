/** What differs between two catalogs, for people: object by object, attribute by attribute, both texts. */
import type { AttributePair, ObjectDifference } from "../../catalog/explain.ts";
import type { JsonValue } from "../../core/errors.ts";
import type { Style } from "./style.ts";

export function renderDifferences(
  differences: readonly ObjectDifference[],
  sides: readonly [string, string],
  style: Style,
): string {
  return differences.map((difference) => renderOne(difference, sides, style)).join("");
}

function renderOne(
  { object, presence, attributes }: ObjectDifference,
  [left, right]: readonly [string, string],
  style: Style,
): string {
  if (presence !== "both") {
    const [has, lacks] = presence === "left" ? [left, right] : [right, left];
    return `  ${style.bold(object)}\n    ${style.green(`in ${has}`)}, ${style.red(`not in ${lacks}`)}\n`;
  }
  const width = Math.max(left.length, right.length);
  const lines = attributes.flatMap((pair) => renderPair(pair, { left, right, width }, style));
  return `  ${style.bold(object)}\n${lines.join("")}`;
}

interface Labels {
  readonly left: string;
  readonly right: string;
  readonly width: number;
}

function renderPair(
  { attribute, left, right }: AttributePair,
  labels: Labels,
  style: Style,
): readonly string[] {
  const side = (label: string, value: JsonValue | undefined): string => {
    const text = valueText(value).replaceAll("\n", `\n${" ".repeat(labels.width + 8)}`);
    return `      ${style.dim(label.padEnd(labels.width))}  ${text}\n`;
  };
  return [`    ${attribute}\n`, side(labels.left, left), side(labels.right, right)];
}

function valueText(value: JsonValue | undefined): string {
  if (value === undefined) return "(none)";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  // NOT NULL and the like: there, in their plain form.
  return text === "{}" ? "yes" : text;
}
