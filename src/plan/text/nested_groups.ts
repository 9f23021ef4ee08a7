/**
 * `((x >= a) AND (x <= b)) AND c`, which the server prints for `x BETWEEN a AND b AND c`, is read as one AND of three
 * and printed so from then on: what stands first in a list melts into it. Written as it must have been said, BETWEEN, IN
 * or a comparison of rows, it stays apart. Nothing else than these gives such a text.
 */
import { skipQuoted } from "./quoted.ts";

type Joint = " AND " | " OR ";

export function withNestedGroups(text: string): string {
  if (!text.includes("((")) return text;
  let found = text;
  for (let at = 0; at < found.length; at += 1) {
    const character = found[at];
    if (character === "'" || character === '"') at = skipQuoted(found, at);
    if (character !== "(" || found[at + 1] !== "(") continue;
    const end = closing(found, at + 1);
    const joint = end === undefined ? undefined : jointAt(found, end + 1);
    if (end === undefined || joint === undefined) continue;
    const said = asSaid(found.slice(at + 2, end), joint);
    if (said !== undefined) found = `${found.slice(0, at + 2)}${said}${found.slice(end)}`;
  }
  return found;
}

/** What is within the parentheses, when it is a list of comparisons with the same joint. */
function asSaid(inner: string, joint: Joint): string | undefined {
  const parts = membersOf(inner, joint);
  if (parts === undefined || parts.length < 2) return undefined;
  return joint === " AND " ? asAnd(parts) : asOr(parts);
}

function asAnd(parts: readonly string[]): string | undefined {
  const between = rangeOf(parts, [" >= ", " <= "]);
  if (between !== undefined) return `${between.value} BETWEEN ${between.from} AND ${between.to}`;
  const unequal = sidesOf(parts, " <> ");
  if (unequal !== undefined) return listOf(unequal, "NOT IN");
  const equal = sidesOf(parts, " = ");
  return equal === undefined ? undefined : rowsOf(equal, "=");
}

function asOr(parts: readonly string[]): string | undefined {
  const outside = rangeOf(parts, [" < ", " > "]);
  if (outside !== undefined)
    return `${outside.value} NOT BETWEEN ${outside.from} AND ${outside.to}`;
  const equal = sidesOf(parts, " = ");
  if (equal !== undefined) return listOf(equal, "IN");
  const unequal = sidesOf(parts, " <> ");
  return unequal === undefined ? undefined : rowsOf(unequal, "<>");
}

interface Comparison {
  readonly left: string;
  readonly right: string;
}

function rangeOf(
  parts: readonly string[],
  [lower, upper]: readonly [string, string],
): { readonly value: string; readonly from: string; readonly to: string } | undefined {
  if (parts.length !== 2) return undefined;
  const [first, second] = [comparisonOf(parts[0], lower), comparisonOf(parts[1], upper)];
  if (first === undefined || second === undefined || first.left !== second.left) return undefined;
  return { value: first.left, from: first.right, to: second.right };
}

function sidesOf(parts: readonly string[], operator: string): readonly Comparison[] | undefined {
  const sides = parts.map((part) => comparisonOf(part, operator));
  return sides.every((side) => side !== undefined) ? sides : undefined;
}

function listOf(sides: readonly Comparison[], word: string): string | undefined {
  const left = sides[0]?.left ?? "";
  if (!sides.every((side) => side.left === left)) return undefined;
  return `${left} ${word} (${sides.map(({ right }) => right).join(", ")})`;
}

function rowsOf(sides: readonly Comparison[], operator: string): string {
  const row = (values: readonly string[]): string => `ROW(${values.join(", ")})`;
  return `${row(sides.map(({ left }) => left))} ${operator} ${row(sides.map(({ right }) => right))}`;
}

function comparisonOf(part: string | undefined, operator: string): Comparison | undefined {
  if (part === undefined) return undefined;
  const pieces = splitOutside(part, operator);
  const [left, right] = pieces;
  return pieces.length === 2 && left !== undefined && right !== undefined
    ? { left, right }
    : undefined;
}

/** `(a) AND (b)` without the parentheses of each; undefined where it is anything else. */
function membersOf(inner: string, joint: Joint): readonly string[] | undefined {
  const members = splitOutside(inner, joint);
  const isList = members.every(
    (member) => member.startsWith("(") && closing(member, 0) === member.length - 1,
  );
  return isList ? members.map((member) => member.slice(1, -1)) : undefined;
}

function jointAt(text: string, at: number): Joint | undefined {
  if (text.startsWith(" AND ", at)) return " AND ";
  return text.startsWith(" OR ", at) ? " OR " : undefined;
}

/** At the separator where it is in no parentheses and in no quotes. */
function splitOutside(text: string, separator: string): readonly string[] {
  const pieces: string[] = [];
  let depth = 0;
  let from = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === "'" || character === '"') at = skipQuoted(text, at);
    else if (character === "(" || character === "[") depth += 1;
    else if (character === ")" || character === "]") depth -= 1;
    else if (depth === 0 && text.startsWith(separator, at)) {
      pieces.push(text.slice(from, at));
      from = at + separator.length;
      at = from - 1;
    }
  }
  return [...pieces, text.slice(from)];
}

/** The position of what closes the parenthesis there. */
function closing(text: string, start: number): number | undefined {
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    const character = text[at];
    if (character === "'" || character === '"') at = skipQuoted(text, at);
    else if (character === "(") depth += 1;
    else if (character === ")") {
      depth -= 1;
      if (depth === 0) return at;
    }
  }
  return undefined;
}
