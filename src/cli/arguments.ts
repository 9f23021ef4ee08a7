/**
 * From argv to a command's name, then from the rest to positionals and typed flags. Whatever does not fit is
 * USAGE.INVALID and says what was probably meant. Nothing is guessed and nothing is dropped in silence.
 */
import { parseArgs } from "node:util";
import { parseDuration } from "../core/duration.ts";
import { assertNever, LockstepError } from "../core/errors.ts";
import { nearest } from "../core/nearest.ts";
import type { Command, Environment } from "./command.ts";
import type { FlagEntry } from "./flag-entry.ts";
import { insteadOfFlag, sentenceOf } from "./other-words.ts";
import {
  commonFlags,
  flagEntry,
  type FlagName,
  flagSpelling,
  flagTable,
  type FlagValues,
} from "./flags.ts";

export interface CommandWords {
  /** The words of the command's name, as they were typed. */
  readonly words: readonly string[];
  /** The rest of argv, flags that stood before the words included. */
  readonly rest: readonly string[];
}

/** Takes the first `count` words off argv, jumping over flags and their values. */
export function takeWords(argv: readonly string[], count: number): CommandWords {
  const words: string[] = [];
  const rest: string[] = [];
  let valueFollows = false;
  for (const [index, argument] of argv.entries()) {
    if (argument === "--" || words.length === count) {
      rest.push(...argv.slice(index));
      break;
    }
    if (valueFollows || argument.startsWith("-")) rest.push(argument);
    else words.push(argument);
    valueFollows = !valueFollows && takesValue(argument);
  }
  return { words, rest };
}

export interface ParsedArguments {
  readonly positionals: readonly string[];
  readonly flags: FlagValues;
}

export function parseArguments(
  command: Command,
  argv: readonly string[],
  environment: Environment,
): ParsedArguments {
  const names = allFlags(command);
  const given = new Map<FlagName, string[]>();
  const positionals: string[] = [];
  const { tokens } = parseArgs({
    args: [...argv],
    options: parserOptions(names),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  for (const token of tokens) {
    if (token.kind === "positional") positionals.push(token.value);
    if (token.kind !== "option") continue;
    const name = names.find((candidate) => flagSpelling(candidate) === `--${token.name}`);
    if (name === undefined) throw unknownFlag(command, token.rawName, names);
    const text = checkedValue(command, name, token);
    given.set(name, [...(given.get(name) ?? []), text]);
  }
  checkPositionals(command, positionals);
  return { positionals, flags: readFlags(command, names, { given, environment }) };
}

/** The command's own flags, then the common ones. */
export function allFlags(command: Command): readonly FlagName[] {
  return [...new Set([...command.flags, ...commonFlags])];
}

export function usageError(command: Command, message: string, next?: string): LockstepError {
  return new LockstepError("USAGE.INVALID", message, {
    next: next ?? `lockstep ${command.name} --help`,
  });
}

function takesValue(argument: string): boolean {
  const found = Object.entries(flagTable).find(([name]) => flagSpelling(name) === argument);
  return found !== undefined && found[1].kind !== "switch";
}

interface ParserOption {
  readonly type: "boolean" | "string";
  readonly short?: string;
}

function parserOptions(names: readonly FlagName[]): Record<string, ParserOption> {
  return Object.fromEntries(
    names.map((name): [string, ParserOption] => {
      const { kind, short } = flagEntry(name);
      const type = kind === "switch" ? "boolean" : "string";
      return [flagSpelling(name).slice(2), short === undefined ? { type } : { type, short }];
    }),
  );
}

function unknownFlag(command: Command, typed: string, names: readonly FlagName[]): LockstepError {
  const other = insteadOfFlag(command.name, typed, names);
  if (other !== undefined) {
    const message = `lockstep ${command.name} has no flag ${typed}; ${sentenceOf(other)}`;
    return usageError(command, message, other.next);
  }
  const own = nearest(typed, names.map(flagSpelling));
  if (own !== undefined) {
    const next = `lockstep ${command.name} ${own}`;
    return usageError(
      command,
      `lockstep ${command.name} has no flag ${typed}; did you mean ${own}?`,
      next,
    );
  }
  const elsewhere = Object.keys(flagTable).some((name) => flagSpelling(name) === typed);
  const reason = elsewhere ? "other commands have it, this one does not" : "no command has it";
  return usageError(command, `lockstep ${command.name} has no flag ${typed} (${reason})`);
}

function checkedValue(
  command: Command,
  name: FlagName,
  token: { readonly value?: string | undefined; readonly inlineValue?: boolean | undefined },
): string {
  const spelling = flagSpelling(name);
  const entry = flagEntry(name);
  if (entry.kind === "switch") {
    if (token.value === undefined) return "true";
    throw usageError(
      command,
      `${spelling} takes no value; leave =${token.value} out`,
      `lockstep ${command.name} ${spelling}`,
    );
  }
  const value = token.value;
  if (value === undefined || (token.inlineValue !== true && /^-./.test(value))) {
    const found = value === undefined ? "the line ends" : `${value} follows`;
    const form = `lockstep ${command.name} ${spelling} ${valueName(entry)}`;
    throw usageError(command, `${spelling} needs a value, and ${found}`, form);
  }
  return value;
}

function checkPositionals(command: Command, positionals: readonly string[]): void {
  const form = usageLine(command);
  const needed = command.positionals.filter(({ count }) => count === "one" || count === "some");
  const missing = needed[positionals.length];
  if (missing !== undefined) {
    throw usageError(command, `lockstep ${command.name} needs ${missing.name}: ${form}`, form);
  }
  const last = command.positionals.at(-1);
  const unlimited = last?.count === "some" || last?.count === "many";
  const surplus = unlimited ? undefined : positionals[command.positionals.length];
  if (surplus !== undefined) {
    throw usageError(
      command,
      `lockstep ${command.name} does not know what to do with "${surplus}": ${form}`,
    );
  }
}

/** `lockstep diff [NAME] [flags]` */
export function usageLine(command: Command): string {
  const forms = { one: "X", optional: "[X]", some: "X...", many: "[X...]" };
  const words = command.positionals.map(({ name, count }) => forms[count].replace("X", name));
  return ["lockstep", command.name, ...words, "[flags]"].join(" ");
}

/** What stands for a flag's value in help and messages; empty for a switch. */
export function valueName(entry: FlagEntry): string {
  if (entry.kind === "switch") return "";
  return entry.kind === "choice" ? entry.choices.join("|") : entry.value;
}

interface GivenFlags {
  readonly given: ReadonlyMap<FlagName, readonly string[]>;
  readonly environment: Environment;
}

function readFlags(command: Command, names: readonly FlagName[], from: GivenFlags): FlagValues {
  const values = new Map<string, unknown>();
  for (const name of names) {
    const entry = flagEntry(name);
    const variable = entry.environment;
    const fallback = variable === undefined ? "" : (from.environment[variable] ?? "");
    const source = from.given.has(name) ? flagSpelling(name) : `the variable ${variable}`;
    const texts = from.given.get(name) ?? (fallback === "" ? [] : [fallback]);
    if (texts.length === 0) continue;
    const repeatable = entry.kind === "list" || entry.kind === "pairs";
    if (texts.length > 1 && !repeatable && entry.kind !== "switch") {
      throw usageError(command, `${source} is given ${texts.length} times: ${texts.join(", ")}`);
    }
    values.set(
      name,
      readValue(entry, texts, (message) => usageError(command, `${source} ${message}`)),
    );
  }
  return asFlagValues(values);
}

type Refuse = (message: string) => LockstepError;

function readValue(entry: FlagEntry, texts: readonly string[], refuse: Refuse): unknown {
  const text = texts[0] ?? "";
  switch (entry.kind) {
    case "switch":
      return !["false", "0", "no", "off"].includes(text.toLowerCase());
    case "text":
      return text;
    case "list":
      return texts.flatMap((item) => item.split(",")).filter((item) => item !== "");
    case "number":
      return readNumber(text, refuse);
    case "duration":
      return readDuration(text, refuse);
    case "pairs":
      return Object.fromEntries(texts.map((item) => readPair(item, refuse)));
    case "choice":
      return readChoice(text, entry.choices, refuse);
    default:
      return assertNever(entry, "readValue");
  }
}

function readNumber(text: string, refuse: Refuse): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw refuse(`takes a whole number, and "${text}" is none`);
}

function readDuration(text: string, refuse: Refuse): number {
  const durationMs = parseDuration(text);
  if (durationMs !== undefined) return durationMs;
  throw refuse(`takes a time with its unit, such as 500ms, 30s or 5m; "${text}" is none`);
}

function readChoice(text: string, choices: readonly string[], refuse: Refuse): string {
  if (choices.includes(text)) return text;
  const meant = nearest(text, choices);
  const hint = meant === undefined ? "" : `; did you mean ${meant}?`;
  throw refuse(`takes ${choices.join(", ")}, not "${text}"${hint}`);
}

function readPair(item: string, refuse: Refuse): readonly [string, string] {
  const at = item.indexOf("=");
  if (at < 1) throw refuse(`takes NAME=VALUE, and "${item}" is none`);
  return [item.slice(0, at), item.slice(at + 1)];
}

/** Each value was read by its entry's kind, which is what the type says; TypeScript can't follow a loop there. */
function asFlagValues(values: ReadonlyMap<string, unknown>): FlagValues {
  return Object.fromEntries(values) as FlagValues;
}
