/**
 * The conversation between the interpreter of psql's dialect, which knows no database and no file, and the loop
 * that drives it, which does: the interpreter yields an action, the loop does it and hands back an answer.
 */
import type { SourcePosition } from "../../core/errors.ts";
import type { MappedText } from "../source.ts";

export type PsqlAction = RunAction | CopyAction | CopyFileAction | IncludeAction | MessageAction;

/** Answer with `rows` when `wants` is "rows", otherwise with `done` or nothing. */
export interface RunAction {
  readonly kind: "run";
  readonly statement: MappedText;
  /** Of its beginning in the file. */
  readonly where: SourcePosition;
  /** Several statements, or text that a query made: to be sent as one message, as psql does. */
  readonly joined: boolean;
  /** "rows" for `\gset` and `\gexec`. */
  readonly wants: "nothing" | "rows";
}

/** COPY ... FROM stdin with data from the script. */
export interface CopyAction {
  readonly kind: "copy";
  readonly statement: MappedText;
  readonly where: SourcePosition;
  /** Lines as they stand in the file, without the final `\.`. */
  readonly data: string;
}

/** `\copy ... from 'file'`, as the COPY ... FROM STDIN that the server is to be sent. */
export interface CopyFileAction {
  readonly kind: "copyFile";
  readonly statement: MappedText;
  readonly where: SourcePosition;
  /** Relative to the project's root; the first that exists is meant. */
  readonly candidates: readonly string[];
}

/** Answer with `included`. */
export interface IncludeAction {
  readonly kind: "include";
  readonly where: SourcePosition;
  /** Relative to the project's root; the first that exists is meant. */
  readonly candidates: readonly string[];
}

/** What `\echo` and its like say, and what lockstep has to say about a command. */
export interface MessageAction {
  readonly kind: "message";
  readonly channel: "output" | "warning" | "note";
  readonly text: string;
  readonly where: SourcePosition;
}

export type PsqlAnswer =
  | { readonly kind: "done"; readonly rowCount?: number }
  | { readonly kind: "rows"; readonly rows: readonly Readonly<Record<string, unknown>>[] }
  | { readonly kind: "included"; readonly file: string; readonly text: string };

export interface PsqlOptions {
  /** Set before the first line, after psql's own, as `--set` does. */
  readonly variables?: Readonly<Record<string, string>>;
  /** To tell a `\connect` to the same place from one to another. */
  readonly connection: PsqlConnection;
}

export interface PsqlConnection {
  readonly database: string;
  /** A scratch database, which stands for every database that a file may mean. */
  readonly isAnywhere?: boolean;
  readonly user?: string;
  readonly host?: string;
  readonly port?: string;
  /** As `SERVER_VERSION_NUM` says it: 180004. */
  readonly serverVersion?: string;
}

export type PsqlRun = Generator<PsqlAction, void, PsqlAnswer | undefined>;
