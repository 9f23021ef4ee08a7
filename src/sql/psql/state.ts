/** What the interpreter knows while it runs: for all files together, and for the file that it is in. */
import type { SourceText } from "../source.ts";
import type { PsqlConnection, PsqlRun, RunAction } from "./actions.ts";
import type { Conditions } from "./conditions.ts";

export interface PsqlState {
  readonly variables: Map<string, string>;
  readonly connection: PsqlConnection;
  /** Between \restrict and \unrestrict psql takes no command; so a dump can't smuggle one in. */
  restrictKey: string | undefined;
  /** What `\g` without a statement of its own runs again. */
  last: RunAction | undefined;
  /** The files that are being read, outermost first. */
  readonly including: string[];
}

export interface ScriptContext {
  readonly source: SourceText;
  readonly state: PsqlState;
  readonly conditions: Conditions;
  /** A statement without a semicolon, which a command of the `\g` family sends. */
  pending: RunAction | undefined;
  /** \q was met. */
  ended: boolean;
  readonly runScript: (source: SourceText) => PsqlRun;
}
