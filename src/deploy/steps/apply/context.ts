/**
 * What applying needs besides the plan: a session that may have to be replaced when it is lost, the way to name who
 * blocks it, and the promise that nobody else deploys meanwhile.
 */
import type { JsonObject } from "../../../core/errors.ts";
import type { Clock } from "../../../ports/clock.ts";
import type { Database, Session } from "../../../ports/database.ts";
import type { KeptInclude } from "../../../ledger/included.ts";
import type { Progress } from "../../../ports/progress.ts";
import type { Secrets } from "../../../ports/secrets.ts";
import type { HashedFiles } from "../as-hashed.ts";
import type { RecordContext } from "../ledger/record.ts";

export interface ApplySettings {
  readonly lockTimeoutMs: number;
  readonly lockRetries: number;
  /** 0: no limit. */
  readonly statementTimeoutMs: number;
  /** The preamble: server settings of every transaction. */
  readonly settings: Readonly<Record<string, string>>;
}

export interface ApplyContext {
  readonly database: Database;
  readonly clock: Clock;
  readonly progress: Progress;
  readonly record: RecordContext;
  readonly settings: ApplySettings;
  /** The lock's own session, for looking at who blocks; never used for changes. */
  readonly observer: Session;
  /** Throws when the deploy lock is no longer ours. Asked before every segment. */
  readonly assertHeld: () => Promise<void>;
  /** Aborted as soon as the deploy lock is known to be lost. */
  readonly lost?: AbortSignal;
  /** SQL that fails when the lease is no longer ours, behind a pooler; the first statement of every transaction. */
  readonly guard: string | undefined;
  readonly pooled: boolean;
  /** Stops before the next segment. */
  readonly signal: AbortSignal | undefined;
  /** What the files hold, for the ledger. */
  readonly contentOf: (id: string) => UnitContent;
  /** Only asked whether a secret is there: its value is put in when a statement is sent. */
  readonly secrets?: Secrets | undefined;
  /** The first of these files of the project that is there. */
  readonly readFile: HashedFiles["read"];
  /** Values for psql's variables in files that are interpreted while they run. */
  readonly variables: Readonly<Record<string, string>>;
  /** Imports a data migration by its path in the project: what the module exports. */
  readonly loadModule: (path: string) => Promise<unknown>;
  /** Migrations whose new text goes on where the old one stopped, by their ids. */
  readonly allowEdited?: ReadonlySet<string>;
  /** Told how much of the unit's batches is committed, in this deploy or before. */
  readonly onBatches?: (committed: CommittedBatches) => void;
}

export interface CommittedBatches {
  readonly batches: number;
  readonly rows: number;
}

export interface UnitContent {
  readonly content: string | undefined;
  readonly downContent: string | undefined;
  readonly included: readonly KeptInclude[];
  /** Of the event that says that it is applied. */
  readonly detail?: JsonObject;
}

/** The one mutable thing: which session the statements go through. */
export interface WorkSession {
  current: Session;
}
