/**
 * Whether the options of a library call are what it takes. TypeScript says so ahead of time; a plain program that
 * writes `planonly` would deploy, so a name or a value that is not one is refused before anything is looked at.
 */
import { LockstepError } from "./core/errors.ts";
import { nearest } from "./core/nearest.ts";

/** What a value may be; a list: one of these words. */
export type OptionKind =
  | "text"
  | "texts"
  | "flag"
  | "count"
  | "function"
  | "values"
  | "strings"
  | "list"
  | "signal"
  | "upTo"
  | readonly string[];

/** Every option of a call has its row. */
export type OptionTable<Options> = { readonly [Name in keyof Required<Options>]: OptionKind };

/** The options that are set; `undefined` is none. */
export function checkedOptions<Options extends object>(
  call: string,
  options: Options,
  table: OptionTable<Options>,
): Options {
  if (!isRecord(options)) throw invalid(call, "takes an object with options", table);
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  const kinds = new Map<string, OptionKind>(Object.entries(table));
  for (const [name, value] of given) {
    const kind = kinds.get(name);
    if (kind === undefined) {
      const meant = nearest(name, kinds.keys());
      const hint = meant === undefined ? "" : `; did you mean ${meant}?`;
      throw invalid(call, `has no option ${name}${hint}`, table);
    }
    if (!fits(value, kind)) throw invalid(call, `takes ${phraseOf(kind)} as ${name}`, table);
  }
  // Only what is undefined was taken out.
  return Object.fromEntries(given) as Options;
}

function invalid(call: string, what: string, table: object): LockstepError {
  return new LockstepError("USAGE.INVALID", `${call}() ${what}`, {
    next: `Its options: ${Object.keys(table).join(", ")}.`,
  });
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function fits(value: unknown, kind: OptionKind): boolean {
  switch (kind) {
    case "text":
      return typeof value === "string";
    case "texts":
      return Array.isArray(value) && value.every((each) => typeof each === "string");
    case "flag":
      return typeof value === "boolean";
    case "count":
      return typeof value === "number" && value >= 0;
    case "function":
      return typeof value === "function";
    case "values":
      return (
        isRecord(value) &&
        Object.values(value).every((each) => each === undefined || typeof each === "string")
      );
    case "strings":
      return isRecord(value) && Object.values(value).every((each) => typeof each === "string");
    case "list":
      return Array.isArray(value) && value.every(isRecord);
    case "signal":
      return value instanceof AbortSignal;
    case "upTo":
      return value === "all" || (isRecord(value) && typeof value["upTo"] === "string");
    default:
      return typeof value === "string" && kind.includes(value);
  }
}

function phraseOf(kind: OptionKind): string {
  switch (kind) {
    case "text":
      return "a string";
    case "texts":
      return "an array of strings";
    case "flag":
      return "true or false";
    case "count":
      return "a number that is not negative";
    case "function":
      return "a function";
    case "values":
    case "strings":
      return "an object whose values are strings";
    case "list":
      return "an array of objects";
    case "signal":
      return "an AbortSignal";
    case "upTo":
      return '"all" or { upTo: ID }';
    default:
      return kind.map((word) => JSON.stringify(word)).join(" or ");
  }
}
