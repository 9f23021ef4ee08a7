/**
 * Every flag, once: how its value is read, what it is for, which environment variable stands for it. Commands name
 * the flags that they take; the same flag means the same everywhere. A flag is typed in kebab case: lockTimeout is
 * --lock-timeout.
 */

export type FlagEntry =
  | FlagBase<"switch">
  | (FlagBase<"text" | "list" | "number" | "duration"> & {
      /** What stands for the value in the help, in capitals. */
      readonly value: string;
    })
  | (FlagBase<"pairs"> & { readonly value: "NAME=VALUE" })
  | (FlagBase<"choice"> & { readonly choices: readonly string[] });

interface FlagBase<Kind> {
  readonly kind: Kind;
  /** One line of the help, a sentence. */
  readonly doc: string;
  readonly environment?: string;
  readonly short?: string;
}

export const flagTable = {
  allowOutOfOrder: {
    kind: "switch",
    doc: "Apply migrations that sort before one that is applied already.",
  },
  applied: {
    kind: "switch",
    doc: "Until the project's migrations are applied, not only the server up.",
  },
  base: {
    kind: "text",
    value: "REVISION",
    doc: "The revision of the others' branch; by default the remote's default branch, else main or master.",
  },
  config: {
    kind: "text",
    value: "FILE",
    doc: "The config file, relative to the project's folder.",
    environment: "LOCKSTEP_CONFIG",
  },
  data: { kind: "switch", doc: "A migration in TypeScript instead of SQL." },
  force: { kind: "switch", doc: "Do it although the command advises against it." },
  fresh: { kind: "switch", doc: "Delete the data that is there and begin anew." },
  help: { kind: "switch", short: "h", doc: "Show this help." },
  json: { kind: "switch", doc: "Print one JSON document on stdout, for errors too." },
  major: {
    kind: "number",
    value: "N",
    doc: "PostgreSQL's major version; by default the newest that is installed.",
  },
  project: {
    kind: "text",
    value: "DIR",
    doc: "The project's folder; by default the one you are in, or the nearest above with a config.",
    environment: "LOCKSTEP_PROJECT",
  },
  quiet: { kind: "switch", short: "q", doc: "Only data and errors: no progress, no summary." },
  sequential: { kind: "switch", doc: "Number it: one more than the last, 001 to begin with." },
  set: {
    kind: "pairs",
    value: "NAME=VALUE",
    doc: "A value for ${NAME} and :NAME in SQL; may be repeated.",
  },
  target: {
    kind: "text",
    value: "NAME",
    doc: "A target of the config; by default the one that the environment describes.",
    environment: "LOCKSTEP_TARGET",
  },
  timeout: {
    kind: "duration",
    value: "DURATION",
    doc: "Give up after this long, such as 30s or 5m.",
  },
  timestamp: { kind: "switch", doc: "Begin its name with the date and time, in UTC." },
  url: {
    kind: "text",
    value: "URL",
    doc: "The database's URL, instead of DATABASE_URL or a target. Mind the shell's history: a password is better off in DATABASE_URL.",
  },
  verbose: { kind: "switch", doc: "Say more while working; stack traces for bugs." },
  yes: { kind: "switch", short: "y", doc: "Answer yes to what would be asked." },
} as const;

export type FlagName = keyof typeof flagTable;

/** What every command takes besides its own. */
export const commonFlags: readonly FlagName[] = ["project", "json", "quiet", "verbose", "help"];

/** For commands that talk to the target: `flags: ["steps", ...targetFlags]`. */
export const targetFlags: readonly FlagName[] = ["target", "url", "config"];

export type FlagValues = {
  readonly [Name in FlagName]?: ValueOf<(typeof flagTable)[Name]> | undefined;
};

type ValueOf<Entry extends FlagEntry> = Entry extends { readonly choices: infer Choices }
  ? Choices extends readonly (infer Choice)[]
    ? Choice
    : never
  : {
      readonly switch: boolean;
      readonly text: string;
      readonly list: readonly string[];
      readonly number: number;
      /** Milliseconds. */
      readonly duration: number;
      readonly pairs: Readonly<Record<string, string>>;
      readonly choice: string;
    }[Entry["kind"]];

/** `--lock-timeout` of `lockTimeout`. */
export function flagSpelling(name: string): string {
  return `--${name.replaceAll(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`)}`;
}

export function flagEntry(name: FlagName): FlagEntry {
  return flagTable[name];
}
