/**
 * Expressions of the server as they have to be written so that it reads them as it had them. Almost all of them come
 * back as they were; the exceptions are spelled out here. The meaning is never changed.
 */
import { withNestedGroups } from "./nested_groups.ts";
import { skipQuoted } from "./quoted.ts";
import { typeParts } from "./types.ts";

/**
 * `(ARRAY['a'::character varying])::text[]`, which the server prints for `status IN ('a')`, is read as an array of
 * casts to text and printed differently from then on. With the array's own type said first it stays what it was.
 */
export function stable(expression: string): string {
  let text = withNestedGroups(withReadableMarks(expression));
  for (let at = text.indexOf(opening); at !== -1; at = text.indexOf(opening, at + 1)) {
    if (isQuoted(text, at)) continue;
    const start = at + opening.length;
    const elements = elementsFrom(text, start);
    if (elements === undefined) continue;
    const type = commonType(elements.list);
    if (type === undefined || !/^\)::[^,()]+\[\]/.test(text.slice(elements.end + 1))) continue;
    text = `${text.slice(0, elements.end + 1)}::${type}[]${text.slice(elements.end + 1)}`;
  }
  return text;
}

/** `'x'` instead of `'x'::text` where the column is text: the server adds the cast itself. */
export function plainLiteral(expression: string, type: string): string {
  const literal = /^('(?:[^']|'')*')::(.+)$/.exec(expression);
  const { base, isArray } = typeParts(type);
  return literal?.[1] !== undefined && literal[2] === `${base}${isArray ? "[]" : ""}`
    ? literal[1]
    : stable(expression);
}

/**
 * `SET a TO 'y'::text DEFAULT 'n'::text`, which the server prints for the marks of a CYCLE clause, it does not read: there
 * a constant has its type before it.
 */
function withReadableMarks(text: string): string {
  if (!text.includes(" CYCLE ")) return text;
  return text.replace(cycleMarks, (all: string, ...groups: readonly string[]) => {
    const [name = "", yes = "", yesType = "", no = "", noType = ""] = groups;
    if (isQuoted(text, text.indexOf(all))) return all;
    return ` SET ${name} TO ${yesType} ${yes} DEFAULT ${noType} ${no} USING `;
  });
}

const cycleMarks =
  / SET ("(?:[^"]|"")*"|\w+) TO ('(?:[^']|'')*')::([^']+?) DEFAULT ('(?:[^']|'')*')::([^']+?) USING /g;

const opening = "(ARRAY[";

interface Elements {
  readonly list: readonly string[];
  /** Position of the closing bracket. */
  readonly end: number;
}

function elementsFrom(text: string, start: number): Elements | undefined {
  const list: string[] = [];
  let depth = 0;
  let from = start;
  for (let at = start; at < text.length; at += 1) {
    const character = text[at] ?? "";
    if (character === "'" || character === '"') at = skipQuoted(text, at);
    else if (character === "(" || character === "[") depth += 1;
    else if (character === "]" && depth === 0) {
      return { list: [...list, text.slice(from, at)], end: at };
    } else if (character === ")" || character === "]") depth -= 1;
    else if (character === "," && depth === 0) {
      list.push(text.slice(from, at));
      from = at + 1;
    }
  }
  return undefined;
}

/** The type that each element is cast to last, when it is one and the same. */
function commonType(list: readonly string[]): string | undefined {
  const types = list.map((element) => {
    const at = element.lastIndexOf("::");
    const type = at === -1 ? "" : element.slice(at + 2).trim();
    return /^[\w." ]+(\(\d+(,\d+)?\))?$/.test(type) && !isQuoted(element, at) ? type : "";
  });
  const [first = ""] = types;
  return first !== "" && types.every((type) => type === first) ? first : undefined;
}

function isQuoted(text: string, position: number): boolean {
  for (let at = 0; at < position; at += 1) {
    if (text[at] !== "'" && text[at] !== '"') continue;
    at = skipQuoted(text, at);
    if (at >= position) return true;
  }
  return false;
}
