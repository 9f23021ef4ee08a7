/**
 * The config as the rest of lockstep sees it: complete, checked, every default filled in. What a user may write is
 * `UserConfig`; the table of keys in project/config/keys.ts turns the one into the other.
 */

export type Strategy = "migrations" | "declarative";
export type DeclaredSource =
  | { readonly kind: "paths"; readonly paths: readonly string[] }
  | DeclaredCommand;

/** A command that prints the schema as SQL; adapters run it, with a shell, since the config is the user's own. */
export interface DeclaredCommand {
  readonly kind: "command";
  readonly command: string;
  /** Then it is ended; 0: never. */
  readonly timeoutMs: number;
}

/** How equal two ways to the schema have to be; the catalog's levels. */
export type Equality = "strict" | "column-order" | "names" | "semantic";

/** A difference that is known and accepted: one object, one attribute, both values. */
export interface EqualityException {
  /** As the proof calls it, such as `column:public.orders.total`. */
  readonly object: string;
  /** As the proof calls it; `presence` for an object that only one side has. */
  readonly attribute: string;
  /** What the two sides have, in either order: a text, or the value as JSON. Of `presence`: present, absent. */
  readonly values: readonly [string, string];
  readonly reason: string;
  /** The last day on which it counts, YYYY-MM-DD. */
  readonly until: string | undefined;
}

export interface BaselineSource {
  /** In the order in which they load. */
  readonly paths: readonly string[];
  /** The newest migration that it holds; the header says it otherwise. */
  readonly includes: string | undefined;
}

export interface Target {
  readonly name: string;
  /** With the password; never to be printed. Undefined when it is given in parts. */
  readonly url: string | undefined;
  /** libpq's parameter names; what is nearer wins, so these stand behind `url`. */
  readonly parts: Readonly<Record<string, string>>;
  /** Past a pooler, for what needs a session of its own. */
  readonly directUrl: string | undefined;
  /** Refuses drop and reset. */
  readonly isProtected: boolean;
  /** Stands above the project's, member by member. */
  readonly backup: BackupConfig | undefined;
  /** Variables that the address is made of and that are not set: it can't be used. */
  readonly missing: readonly string[];
}

export interface Config {
  /** Relative to the project's root; undefined when there is none. */
  readonly file: string | undefined;
  /** The project's name in a database that several projects share. */
  readonly scope: string;
  readonly strategy: Strategy;
  readonly baseline: BaselineSource | undefined;
  readonly declared: DeclaredSource | undefined;
  readonly migrations: string | undefined;
  readonly seeds: readonly string[];
  /** Complete schemas of earlier releases; undefined: found by their names. */
  readonly startingPoints: readonly string[] | undefined;
  /** Whom the project's objects belong to; undefined: whom the database belongs to. */
  readonly owner: string | undefined;
  /** Roles that the project declares, by name or with *, beside the database's own settings; undefined: none of these. */
  readonly roles: readonly string[] | undefined;
  readonly equality: Equality;
  readonly exceptions: readonly EqualityException[];
  readonly targets: Readonly<Record<string, Target>>;
  /** The preamble: server settings of every run, recorded with it. */
  readonly settings: Readonly<Record<string, string>>;
  /** The schema that the target's URL names; `settings` has the search_path that it asks for. */
  readonly targetSchema?: string;
  /** Values for `${name}` and `:name` in SQL. */
  readonly variables: Readonly<Record<string, string>>;
  readonly lockTimeoutMs: number;
  readonly lockRetries: number;
  /** 0: no limit. */
  readonly statementTimeoutMs: number;
  readonly allowOutOfOrder: boolean;
  /** What a deploy of a declared schema may drop: kinds of objects, or all. */
  readonly allowDrop: readonly string[];
  /** A deploy of a declared schema drops nothing: what is there and not declared stays. */
  readonly additive: boolean;
  /** Whether a table whose columns stand in another order stays as it is, or is made again. */
  readonly columnOrder: "keep" | "rebuild";
  readonly backup: BackupConfig;
  readonly hooks: HooksConfig;
}

/** Programs that an emergency rollback runs, each with its arguments. */
export interface HooksConfig {
  readonly stop: readonly string[] | undefined;
  readonly start: readonly string[] | undefined;
  readonly health: readonly string[] | undefined;
  readonly timeoutMs: number;
}

/**
 * `auto`: before a deploy that can harm rows that are there, as much as it can harm. `always`: before every deploy
 * that changes something.
 */
export type BackupPolicy = "auto" | "always" | "never";

/** What is backed up before a deploy. */
export interface BackupConfig {
  /** Undefined: nobody said. */
  readonly policy: BackupPolicy | undefined;
  /** Only tables in these schemas, and `tables`; both empty: all. */
  readonly schemas: readonly string[];
  readonly tables: readonly string[];
  /** Of tables on the server's disk; undefined: nobody said. */
  readonly maxBytes: number | undefined;
  /** A folder, or the URL of a store; undefined: .lockstep/backups. */
  readonly to: string | undefined;
  /** So many stay after a deploy, the newest ones; undefined: all. */
  readonly keep: number | undefined;
}
