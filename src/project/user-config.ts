/** What a user may write in a config file, for their editor. The table in config/keys.ts is what checks it. */
import type { BackupPolicy, Equality, Strategy } from "./config.ts";

export interface UserTarget {
  /** The database's URL. */
  readonly url?: string | undefined;
  /** The URL past a pooler. */
  readonly directUrl?: string | undefined;
  readonly host?: string | undefined;
  readonly port?: number | string | undefined;
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  readonly database?: string | undefined;
  readonly sslmode?: string | undefined;
  readonly sslrootcert?: string | undefined;
  readonly sslcert?: string | undefined;
  readonly sslkey?: string | undefined;
  readonly options?: string | undefined;
  /** Refuse drop and reset. */
  readonly protected?: boolean | undefined;
}

type Scalar = string | number | boolean;

export interface UserException {
  /** As `lockstep test` calls it. */
  readonly object: string;
  readonly attribute: string;
  readonly values: readonly [unknown, unknown];
  readonly reason: string;
  /** YYYY-MM-DD, the last day. */
  readonly until?: string;
}

export interface DeclaredByCommand {
  /** Prints the schema as SQL. */
  readonly command: string;
  /** Then it is ended; by default 120s. */
  readonly timeout?: string | number;
}

export interface UserConfig {
  /** The project's name in a database that several projects share. */
  readonly scope?: string;
  readonly owner?: string;
  readonly strategy?: Strategy;
  /** The complete schema for fresh databases. */
  readonly baseline?:
    | string
    | readonly string[]
    | { readonly path: string | readonly string[]; readonly includes?: string };
  /** What the schema should be. */
  readonly declared?: string | readonly string[] | DeclaredByCommand;
  /** Another word for `declared`. */
  readonly schema?: string | readonly string[] | DeclaredByCommand;
  /** The folder of the migrations. */
  readonly migrations?: string;
  readonly seeds?: string | readonly string[];
  /** Complete schemas of earlier releases. */
  readonly startingPoints?: string | readonly string[];
  /** How equal the ways to the schema have to be. */
  readonly equality?: Equality;
  /** Differences that are known and accepted. */
  readonly exceptions?: readonly UserException[];
  readonly targets?: Readonly<Record<string, string | UserTarget>>;
  /** Set on every session that runs the project's SQL. */
  readonly settings?: Readonly<Record<string, Scalar>>;
  /** Values for `${name}` and `:name` in SQL. */
  readonly variables?: Readonly<Record<string, Scalar>>;
  /** `5s`, `200ms`, or milliseconds. */
  readonly lockTimeout?: string | number;
  readonly lockRetries?: number;
  /** `10min`, or milliseconds; 0 for none. */
  readonly statementTimeout?: string | number;
  readonly allowOutOfOrder?: boolean;
  /** What a deploy of a declared schema may drop. */
  readonly allowDrop?: string | readonly string[];
  /** A deploy of a declared schema drops nothing. */
  readonly additive?: boolean;
  /** `rebuild`: a table whose columns stand in another order than declared is made again, with its rows. */
  readonly columnOrder?: "keep" | "rebuild";
  /** What is backed up before a deploy. */
  readonly backup?: BackupPolicy | UserBackup;
  /** Programs that an emergency rollback runs. */
  readonly hooks?: UserHooks;
}

export interface UserHooks {
  /** A program and its arguments. */
  readonly stop?: readonly string[];
  readonly start?: readonly string[];
  readonly health?: readonly string[];
  /** `60s`, or milliseconds: of each. */
  readonly timeout?: string | number;
}

export interface UserBackup {
  readonly policy?: BackupPolicy;
  readonly schemas?: string | readonly string[];
  readonly tables?: string | readonly string[];
  /** `500MB`, `20GB`, or bytes. */
  readonly maxSize?: string | number;
  /** A folder, or `s3://BUCKET/PREFIX`. */
  readonly to?: string;
  readonly keep?: number;
}

export interface ConfigContext {
  /** The environment, with what .env adds to it. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** A config, or what makes one. */
export type ConfigExport =
  | UserConfig
  | ((context: ConfigContext) => UserConfig | Promise<UserConfig>);

/** Gives `lockstep.config.ts` its types; it returns what it is given. */
export function defineConfig<const T extends ConfigExport>(config: T): T {
  return config;
}
