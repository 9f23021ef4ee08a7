/**
 * `${name}` in SQL files, for projects that turn it on. A value can never become more than the place where it
 * stands allows: in a string it is content of the string, in a quoted name content of the name, and elsewhere (in
 * code, in a dollar-quoted body, in a psql command) it must be a plain name or a number. Comments and COPY data
 * stay as they are, and `\${name}` is the text `${name}`.
 */
import { LockstepError, type SourcePosition } from "../core/errors.ts";
import { createPlaceFinder, type Place } from "./places.ts";
import { offsetAt } from "./position.ts";
import {
  joinMapped,
  locateOffset,
  type MappedText,
  mapReplacement,
  mapVerbatim,
  sourcePosition,
  type SourceText,
} from "./source.ts";

/** Throws for a name that has no value, and for a value that does not fit its place. */
export function interpolate(
  source: SourceText,
  values: Readonly<Record<string, string>>,
): MappedText {
  const parts: MappedText[] = [];
  let done = 0;
  for (const { start, end, name, place } of references(source.text)) {
    if (place.kind === "comment" || place.kind === "data") continue;
    if (start > done) parts.push(mapVerbatim(source, done, start));
    done = end;
    if (name === undefined) parts.push(mapVerbatim(source, start + 1, end));
    else {
      const where = sourcePosition(source, start);
      const text = valueFor(place, requireValue(values, name, where), { name, where });
      parts.push(mapReplacement(source, start, text));
    }
  }
  parts.push(mapVerbatim(source, done, source.text.length));
  return joinMapped(parts, source);
}

/** The names that a file uses, in order of their first use. */
export function variableNames(text: string): readonly string[] {
  const names = new Set<string>();
  for (const { name, place } of references(text)) {
    if (name !== undefined && place.kind !== "comment" && place.kind !== "data") names.add(name);
  }
  return [...names];
}

/** A place in the text with values, as it is in the file. */
export function locateInterpolated(mapped: MappedText, position: SourcePosition): SourcePosition {
  if (position.line === undefined) return position;
  const { line, column = 1 } = position;
  return locateOffset(mapped, offsetAt(mapped.text, { line, column }));
}

interface VariableReference {
  readonly start: number;
  readonly end: number;
  /** Undefined for `\${name}`. */
  readonly name: string | undefined;
  readonly place: Place;
}

/** What only looks like it (`${user.name}` of another language) is text. */
const pattern = /\\?\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g;

function* references(text: string): Generator<VariableReference> {
  if (!text.includes("${")) return;
  const placeAt = createPlaceFinder(text);
  for (const match of text.matchAll(pattern)) {
    const name = match[0].startsWith("\\") ? undefined : match[1];
    const end = match.index + match[0].length;
    yield { start: match.index, end, name, place: placeAt(match.index) };
  }
}

function requireValue(
  values: Readonly<Record<string, string>>,
  name: string,
  where: SourcePosition,
): string {
  const value = Object.hasOwn(values, name) ? values[name] : undefined;
  if (value !== undefined) return value;
  throw new LockstepError("SQL.VARIABLE_UNKNOWN", `Nothing sets the variable ${name}.`, {
    where,
    next: `Add --set ${name}=VALUE, or set it under variables in the config.`,
  });
}

interface Use {
  readonly name: string;
  readonly where: SourcePosition;
}

const plainValue = /^(?:[A-Za-z_][A-Za-z0-9_]*|[+-]?[0-9]+(?:\.[0-9]+)?)$/;

function valueFor(place: Place, value: string, use: Use): string {
  if (value.includes("\u0000")) throw invalid("holds the character NUL", use);
  if (place.opening === "'" || place.opening === "n'") return value.replaceAll("'", "''");
  if (place.opening === "e'" || place.opening === "u&'") {
    return value.replaceAll("\\", "\\\\").replaceAll("'", "''");
  }
  if (place.opening === '"') return value.replaceAll('"', '""');
  if (place.opening === 'u&"') return value.replaceAll("\\", "\\\\").replaceAll('"', '""');
  if (plainValue.test(value)) return value;
  throw invalid("must be a plain name or a number where it is not in quotes", use);
}

/** The value itself may be a secret and is not shown. */
function invalid(why: string, use: Use): LockstepError {
  return new LockstepError("SQL.VARIABLE_INVALID", `The value of ${use.name} ${why}.`, {
    where: use.where,
  });
}
