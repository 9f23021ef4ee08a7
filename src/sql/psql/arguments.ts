/**
 * The arguments of psql's commands: words divided by white space, 'quoted' parts with C-like escapes, variables
 * outside of quotes. What stands between backticks would be run by a shell, so it is refused.
 */
import { LockstepError, type SourcePosition } from "../../core/errors.ts";
import { quoteIdentifier, quoteLiteral } from "../quote.ts";

export type PsqlVariables = ReadonlyMap<string, string>;

const name = "[A-Za-z0-9_\\u0080-\\uffff]+";
const variablePattern = new RegExp(
  `:(?:(${name})|'(${name})'|"(${name})"|\\{\\?(${name})\\})`,
  "y",
);
export const variableNamePattern: RegExp = new RegExp(`^${name}$`);

export function readArguments(
  text: string,
  variables: PsqlVariables,
  where: SourcePosition,
): readonly string[] {
  return readWords(text, { variables, where, isName: false });
}

/** psql leaves semicolons out at the end of names of files and databases, unless quotes hold them. */
export function readNames(
  text: string,
  variables: PsqlVariables,
  where: SourcePosition,
): readonly string[] {
  return readWords(text, { variables, where, isName: true }).filter((word) => word !== "");
}

function readWords(text: string, context: WordContext): readonly string[] {
  const words: string[] = [];
  let at = 0;
  for (;;) {
    while (at < text.length && /\s/.test(text.charAt(at))) at += 1;
    if (at >= text.length) return words;
    const word = readWord(text, at, context);
    words.push(word.value);
    at = word.end;
  }
}

interface WordContext {
  readonly variables: PsqlVariables;
  readonly where: SourcePosition;
  readonly isName: boolean;
}

interface Read {
  readonly value: string;
  readonly end: number;
}

function readWord(text: string, start: number, context: WordContext): Read {
  let value = "";
  let semicolons = 0;
  let at = start;
  while (at < text.length && !/\s/.test(text.charAt(at))) {
    const part = readPart(text, at, context);
    semicolons = text.charAt(at) === ";" ? semicolons + 1 : 0;
    value += part.value;
    at = part.end;
  }
  return { value: context.isName ? value.slice(0, value.length - semicolons) : value, end: at };
}

function readPart(text: string, at: number, context: WordContext): Read {
  const character = text.charAt(at);
  if (character === "'") return readQuoted(text, at, context.where);
  if (character === '"') {
    const end = text.indexOf('"', at + 1);
    if (end === -1) throw unterminated(context.where);
    return { value: text.slice(at, end + 1), end: end + 1 };
  }
  if (character === "`") {
    throw new LockstepError("SQL.PSQL_REFUSED", "Backticks would run a program.", {
      where: context.where,
    });
  }
  if (character === ":") {
    variablePattern.lastIndex = at;
    const match = variablePattern.exec(text);
    if (match !== null) {
      const value = variableValue(match[0], context.variables) ?? match[0];
      return { value, end: at + match[0].length };
    }
  }
  return { value: character, end: at + 1 };
}

function unterminated(where: SourcePosition): LockstepError {
  return new LockstepError("SQL.PSQL_ARGUMENTS", "A quote is not closed on its line.", { where });
}

const escapes: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  b: "\b",
  r: "\r",
  f: "\f",
};
const numericEscape = /\\(?:([0-7]{1,3})|x([0-9A-Fa-f]{1,2}))/y;

function readQuoted(text: string, start: number, where: SourcePosition): Read {
  let value = "";
  let at = start + 1;
  while (at < text.length) {
    const character = text.charAt(at);
    if (character === "'" && text.charAt(at + 1) !== "'") return { value, end: at + 1 };
    if (character === "'") {
      value += "'";
      at += 2;
    } else if (character === "\\") {
      numericEscape.lastIndex = at;
      const numeric = numericEscape.exec(text);
      const next = text.charAt(at + 1);
      value += numeric === null ? (escapes[next] ?? next) : characterOf(numeric);
      at += numeric === null ? 2 : numeric[0].length;
    } else {
      value += character;
      at += 1;
    }
  }
  throw unterminated(where);
}

function characterOf(match: RegExpExecArray): string {
  const code =
    match[1] === undefined ? Number.parseInt(match[2] ?? "0", 16) : Number.parseInt(match[1], 8);
  return String.fromCharCode(code & 0xff);
}

/** The text that a reference stands for; undefined when the variable is not set, and the reference stays. */
export function variableValue(reference: string, variables: PsqlVariables): string | undefined {
  if (reference.startsWith(":{?")) return variables.has(reference.slice(3, -1)) ? "TRUE" : "FALSE";
  const quoted = /^:['"]/.test(reference);
  const value = variables.get(quoted ? reference.slice(2, -1) : reference.slice(1));
  if (value === undefined || !quoted) return value;
  if (reference.startsWith(':"')) return quoteIdentifier(value, { always: true });
  const literal = quoteLiteral(value);
  // As psql does: the E must not become the end of a word that stands right before.
  return literal.startsWith("E") ? ` ${literal}` : literal;
}
