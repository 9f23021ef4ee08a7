/**
 * Puts variables into a statement as psql does: `:name` as it is, `:'name'` as a literal, `:"name"` as an
 * identifier, `:{?name}` as TRUE or FALSE; never inside strings, quoted names or comments. Names that are not set
 * stay as they are, since `a[1:n]` is SQL.
 */
import { createLexer } from "../lexer.ts";
import type { TextRange } from "../pieces.ts";
import {
  joinMapped,
  type MappedText,
  mapReplacement,
  mapVerbatim,
  type SourceText,
} from "../source.ts";
import { type PsqlVariables, variableValue } from "./arguments.ts";

export interface Substituted {
  readonly mapped: MappedText;
  /** A bare `:name` was replaced: its value may hold any SQL, so the text has to be split again. */
  readonly bare: boolean;
}

export function substitute(
  source: SourceText,
  range: TextRange,
  replace: (reference: string) => string | undefined,
): Substituted {
  const parts: MappedText[] = [];
  let bare = false;
  let done = range.start;
  const put = (from: number, to: number, text: string): void => {
    if (from > done) parts.push(mapVerbatim(source, done, from));
    parts.push(mapReplacement(source, from, text));
    done = to;
  };
  for (const token of referencesIn(source.text, range)) {
    if (token.reference === "\\;") put(token.start, token.start + 1, " ");
    else {
      const value = replace(token.reference);
      if (value === undefined) continue;
      bare ||= /^:[^'"{]/.test(token.reference);
      put(token.start, token.start + token.reference.length, value);
    }
  }
  if (parts.length === 0) return { mapped: mapVerbatim(source, range.start, range.end), bare };
  if (done < range.end) parts.push(mapVerbatim(source, done, range.end));
  return { mapped: joinMapped(parts, source), bare };
}

export function withVariables(variables: PsqlVariables): (reference: string) => string | undefined {
  return (reference) => variableValue(reference, variables);
}

interface Reference {
  readonly reference: string;
  readonly start: number;
}

/** References to variables, and the `\;` that join statements. */
function* referencesIn(text: string, range: TextRange): Generator<Reference> {
  // Neither can be there without its first character, and most statements have none.
  if (!/[:\\]/.test(text.slice(range.start, range.end))) return;
  const lexer = createLexer(text, range.start);
  for (let token = lexer.next(); token.start < range.end; token = lexer.next()) {
    if (token.kind === "end") return;
    const { start } = token;
    if (token.kind === "variable") yield { reference: text.slice(start, token.end), start };
    else if (token.kind === "backslash") yield { reference: "\\;", start };
  }
}
