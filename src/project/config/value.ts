/**
 * Reading one value of a config: what it must be, and the error that says so with file, line and what to write. The
 * readers know nothing of particular keys.
 */
import { LockstepError } from "../../core/errors.ts";
import { nearest } from "../../core/nearest.ts";

export interface ConfigKey {
  readonly key: string;
  /** What it takes, in words. */
  readonly takes: string;
  readonly byDefault: string;
  readonly doc: string;
  /** As it is written in a config. */
  readonly example: string;
}

/** Where a value stands: the file, its text for finding the line, and the keys that lead to it. */
export interface Place {
  readonly file: string;
  readonly source: string | undefined;
  readonly keys: readonly string[];
}

export interface Expectation {
  /** What the key takes, in words: "a duration". */
  readonly what: string;
  /** The line to write. */
  readonly example: string;
}

export type Reader<T> = (value: unknown, place: Place, expected: Expectation) => T;

export function within(place: Place, key: string): Place {
  return { ...place, keys: [...place.keys, key] };
}

export function valueError(place: Place, expected: Expectation, value: unknown): LockstepError {
  const key = place.keys.join(".");
  const message =
    value === undefined
      ? `${key} is missing; it takes ${expected.what}`
      : `${key} takes ${expected.what}, not ${describe(value)}`;
  return new LockstepError("CONFIG.VALUE", message, {
    where: positionOf(place),
    next: `Write: ${asWrittenIn(place.file, expected.example)}`,
    data: { key },
  });
}

/** Examples are TypeScript; in JSON names stand in quotes, and variables are filled in by ${NAME}. */
export function asWrittenIn(file: string, example: string): string {
  if (!file.endsWith(".json")) return example;
  return example
    .replace(/^export default /, "")
    .replaceAll(/(^|[{,] ?)([A-Za-z]\w*):/g, '$1"$2":')
    .replaceAll(/process\.env\.(\w+)/g, '"$${$1}"');
}

export function unknownKey(place: Place, known: readonly string[]): LockstepError {
  const key = place.keys.at(-1) ?? "";
  const guess = nearest(key, known);
  const parent = place.keys.slice(0, -1).join(".");
  const message =
    `there is no key ${key}${parent === "" ? "" : ` in ${parent}`}` +
    (guess === undefined ? "" : `; did you mean ${guess}?`);
  return new LockstepError("CONFIG.UNKNOWN_KEY", message, {
    where: positionOf(place),
    next:
      guess === undefined ? `Known keys: ${known.join(", ")}` : `Write ${guess} instead of ${key}`,
    data: { key: place.keys.join(".") },
  });
}

export const readText: Reader<string> = (value, place, expected) => {
  if (typeof value === "string" && value.trim() !== "") return value;
  throw valueError(place, expected, value);
};

export const readBoolean: Reader<boolean> = (value, place, expected) => {
  if (typeof value === "boolean") return value;
  throw valueError(place, expected, value);
};

export const readCount: Reader<number> = (value, place, expected) => {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
  throw valueError(place, expected, value);
};

/** One text or a list of them. */
export const readTexts: Reader<readonly string[]> = (value, place, expected) => {
  if (!Array.isArray(value)) return [readText(value, place, expected)];
  return value.map((item: unknown) => readText(item, place, expected));
};

/** A path of the project, in the form that Files takes. Whether it leads outside is checked where it is opened. */
export const readPath: Reader<string> = (value, place, expected) =>
  normalisePath(readText(value, place, expected));

export const readPaths: Reader<readonly string[]> = (value, place, expected) =>
  readTexts(value, place, expected).map(normalisePath);

function normalisePath(path: string): string {
  const plain = path.replaceAll("\\", "/").replace(/\/+$/, "");
  const bare = plain.replace(/^(?:\.\/)+/, "");
  return bare === "." ? "" : bare;
}

/** Milliseconds from `5s`, `200ms`, `1min`, `1h`, or a number of milliseconds. */
export const readDuration: Reader<number> = (value, place, expected) => {
  if (typeof value === "number" && Number.isFinite(value) && value >= 0) return Math.round(value);
  const match =
    typeof value === "string" ? /^\s*(\d+(?:\.\d+)?)\s*(ms|s|min|h)\s*$/.exec(value) : null;
  const factor = durationUnits[match?.[2] ?? ""];
  if (match === null || factor === undefined) throw valueError(place, expected, value);
  return Math.round(Number(match[1]) * factor);
};

const durationUnits: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  min: 60_000,
  h: 3_600_000,
};

export function oneOf<const T extends string>(choices: readonly T[]): Reader<T> {
  return (value, place, expected) => {
    const found = choices.find((choice) => choice === value);
    if (found === undefined) throw valueError(place, expected, value);
    return found;
  };
}

/** An object; `undefined` members are as if they were not there, as TypeScript configs have them. */
export function readObject(
  value: unknown,
  place: Place,
  expected: Expectation,
): readonly (readonly [string, unknown])[] {
  if (!isPlainObject(value)) throw valueError(place, expected, value);
  return Object.entries(value).filter(([, member]) => member !== undefined);
}

export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Names to texts; numbers and booleans are taken as they would be written in SQL. */
export const readTextByName: Reader<Readonly<Record<string, string>>> = (
  value,
  place,
  expected,
) => {
  const entries = readObject(value, place, expected).map(([name, member]) => {
    const isScalar = typeof member === "number" || typeof member === "boolean";
    if (!isScalar && typeof member !== "string")
      throw valueError(within(place, name), { ...expected, what: scalar }, member);
    return [name, String(member)] as const;
  });
  return Object.fromEntries(entries);
};

const scalar = "a text, a number, or true or false";

/** Never the value itself: it may be a password. */
function describe(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "string") return value === "" ? "an empty text" : "this text";
  if (typeof value === "object") return "an object";
  return `a ${typeof value}`;
}

/** The line of the key, found by following the keys through the text; the file alone when it can't be found. */
export function positionOf(place: Place): { readonly file: string; readonly line?: number } {
  const { file, source, keys } = place;
  if (source === undefined) return { file };
  let from = 0;
  let at = -1;
  for (const key of keys) {
    const escaped = key.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
    const pattern = new RegExp(`(?<![\\w$])["']?${escaped}["']?\\s*(?=[:,}(])`, "g");
    pattern.lastIndex = from;
    const match = pattern.exec(source);
    if (match === null) break;
    at = match.index;
    from = at + match[0].length;
  }
  return at < 0 ? { file } : { file, line: source.slice(0, at).split("\n").length };
}
