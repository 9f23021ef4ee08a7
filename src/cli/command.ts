/**
 * What a command is: a value in commands/<verb>.ts. It says what it takes and what it does; parsing, help, output,
 * signals and exit codes are the frame's (run.ts). A command never prints and never ends the process: it hands back
 * a result or throws a LockstepError.
 */
import type { Progress } from "../ports/progress.ts";
import type { ExitCode } from "./exit-codes.ts";
import type { FlagName, FlagValues } from "./flags.ts";
import type { Style } from "./render/style.ts";

export interface Command {
  /** As it is typed; `dev start` is a subcommand. */
  readonly name: string;
  /** One line of the overview, without a full stop. */
  readonly summary: string;
  /** What it does, what it changes and what it never does, for `--help`: paragraphs parted by an empty line. */
  readonly description: string;
  readonly positionals: readonly Positional[];
  /** Names of the table in flags.ts, in the order of the help. Every command has --json, --help, --quiet, --verbose and --project besides. */
  readonly flags: readonly FlagName[];
  readonly examples: readonly Example[];
  run(context: CommandContext): Promise<CommandResult>;
}

export interface Positional {
  /** In capitals, as the help shows it. */
  readonly name: string;
  readonly doc: string;
  /** `some` is one or more, `many` none or more; only the last may be either. */
  readonly count: "one" | "optional" | "some" | "many";
}

export interface Example {
  readonly line: string;
  readonly doc: string;
}

export interface CommandContext {
  readonly positionals: readonly string[];
  /** What was given, on the command line or by a flag's environment variable. Read only flags that the command lists. */
  readonly flags: FlagValues;
  readonly environment: Environment;
  /** Absolute. */
  readonly workingFolder: string;
  /** Aborted by SIGINT and SIGTERM; its reason is a LockstepError that knows its exit code. */
  readonly signal: AbortSignal;
  /** What happens, while it happens: a line that is replaced on a terminal, plain lines elsewhere. */
  readonly progress: Progress;
  /** Colours of stdout, or none. */
  readonly style: Style;
  /** One line of talk on stderr that stays: which database is used, what was assumed. */
  readonly note: (line: string) => void;
  /** Data for stdout that is too large for one string; never with --json. */
  write(chunk: string | Uint8Array): Promise<void>;
  /**
   * Asks yes or no on the terminal. Without a terminal, or with --json, nobody can answer: USAGE.NO_TERMINAL,
   * whose next step is `orElse`, such as "lockstep drop --yes".
   */
  confirm(question: string, orElse: string): Promise<void>;
  /** Asks yes or no where somebody can answer; undefined where nobody can. */
  ask(question: string): Promise<boolean | undefined>;
  /** A text that says what to type next, with the flags that said which database is meant. */
  sameTarget(text: string): Promise<string>;
  /** Done when the command has ended, well or not, last registered first. */
  atEnd(work: () => Promise<void>): void;
}

export type Environment = Readonly<Record<string, string | undefined>>;

export interface CommandResult {
  /** The document of --json, a plain value. The frame adds `formatVersion`. */
  readonly json: object;
  /** What stdout gets without --json: the data that was asked for. Empty: nothing. */
  readonly text: string;
  /** What stderr gets besides, for people: a summary, what to do next. Not with --quiet. */
  readonly talk?: string;
  /** 0 unless said otherwise. */
  readonly exitCode?: ExitCode;
}
