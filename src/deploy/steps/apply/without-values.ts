/**
 * An error without the values that were put in for `${name}` and `:name`: one may be a secret, and an error is printed,
 * logged and sent on. The variable's name stands in the place of its value, wherever that stands by itself.
 */
import { LockstepError } from "../../../core/errors.ts";

/** Shorter ones tell nothing and stand in every other line. */
const lengthMin = 4;

export function withoutValues(
  error: LockstepError,
  variables: Readonly<Record<string, string>>,
): LockstepError {
  const masks = masksFor(variables);
  if (masks.length === 0) return error;
  const mask = (text: string): string =>
    masks.reduce((masked, { pattern, name }) => masked.replace(pattern, () => `\${${name}}`), text);
  const { code, where, state, next, notes, sqlState, data, cause } = error;
  return new LockstepError(code, mask(error.message), {
    ...(where === undefined ? {} : { where }),
    ...(sqlState === undefined ? {} : { sqlState }),
    ...{ state, next, data, cause },
    notes: withoutLostCarets(notes, notes.map(mask)),
  });
}

interface Mask {
  readonly name: string;
  readonly pattern: RegExp;
}

/** The longest first, since one value may be a part of another; as it is, and as content of a string or a name. */
function masksFor(variables: Readonly<Record<string, string>>): readonly Mask[] {
  return Object.entries(variables)
    .flatMap(([name, value]) => writtenAs(value).map((text) => ({ name, text })))
    .filter(({ text }) => text.length >= lengthMin)
    .toSorted((left, right) => right.text.length - left.text.length)
    .map(({ name, text }) => ({ name, pattern: new RegExp(alone(text), "gu") }));
}

function writtenAs(value: string): readonly string[] {
  const quoted = value.replaceAll("'", "''");
  return [
    ...new Set([value, quoted, quoted.replaceAll("\\", "\\\\"), value.replaceAll('"', '""')]),
  ];
}

/** Not as a part of a longer word. */
function alone(text: string): string {
  const before = /^[\p{L}\p{N}_]/u.test(text) ? "(?<![\\p{L}\\p{N}_])" : "";
  const after = /[\p{L}\p{N}_]$/u.test(text) ? "(?![\\p{L}\\p{N}_])" : "";
  return `${before}${escaped(text)}${after}`;
}

/** A line that became shorter or longer takes the caret below it out of its place. */
function withoutLostCarets(before: readonly string[], after: readonly string[]): readonly string[] {
  return after.filter((note, index) => {
    const isMoved = index > 0 && before[index - 1] !== after[index - 1];
    return !(isMoved && /^ *\| *\^$/.test(note));
  });
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
}
