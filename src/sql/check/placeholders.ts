/**
 * Stands in for psql variables whose values are known only at run time, so that a statement can be parsed before
 * anything runs. A value may be nearly any text, so the statement passes if any usual kind of value makes it right.
 */
import type { MetaPiece } from "../pieces.ts";
import { readArguments, variableNamePattern } from "../psql/arguments.ts";
import type { SourceText } from "../source.ts";

/** What a script says about its variables without being run. */
export interface VariableUse {
  /** Names that it sets, and the values of those set once to plain text. */
  readonly set: Map<string, string | undefined>;
  /** \gset or an included file may set any name. */
  anyName: boolean;
}

export function createVariableUse(given: readonly string[]): VariableUse {
  return { set: new Map(given.map((name) => [name, undefined])), anyName: false };
}

const settersOfAnyName: ReadonlySet<string> = new Set([
  "gset",
  "i",
  "include",
  "ir",
  "include_relative",
]);

export function noteSetting(use: VariableUse, piece: MetaPiece, source: SourceText): void {
  if (settersOfAnyName.has(piece.name)) use.anyName = true;
  if (piece.name !== "set" || /[`]/.test(piece.arguments)) return;
  const where = { file: source.file, line: piece.line, column: piece.column };
  const [name, ...values] = readArguments(piece.arguments, new Map(), where);
  if (name === undefined || !variableNamePattern.test(name)) return;
  const value = values.join("");
  const isPlain = !use.set.has(name) && !value.includes(":");
  use.set.set(name, isPlain ? value : undefined);
}

export type Placeholder = (reference: string) => string | undefined;

/**
 * In the order in which they are tried. The last leaves the text as it is, since `a[1:n]` is SQL; but `:{?n}` is none,
 * and has a value whether anybody sets the name or not.
 */
export function placeholders(use: VariableUse): readonly Placeholder[] {
  const stand = (bare: (name: string) => string): Placeholder => {
    return (reference) => {
      if (reference.startsWith(":{?")) return "TRUE";
      const name = reference.replace(/^:['"]?|['"]$/g, "");
      // `a[1:2]` is a slice: no column or prefix gives a name that begins with a digit by chance.
      const mayBeSet = use.set.has(name) || (use.anyName && !/^[0-9]/.test(name));
      if (!mayBeSet) return undefined;
      if (reference.startsWith(":'")) return "'x'";
      return reference.startsWith(':"') ? '"x"' : bare(name);
    };
  };
  return [
    stand((name) => use.set.get(name) ?? "x"),
    stand(() => "x"),
    stand(() => "1"),
    stand(() => "x.x"),
    stand(() => ""),
    (reference) => (reference.startsWith(":{?") ? "TRUE" : undefined),
  ];
}
