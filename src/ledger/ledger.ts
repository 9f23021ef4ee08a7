/**
 * What a database says was applied to it, as values. A row of lockstep.migrations is a fact about the past: it is
 * never corrected by guessing, and what is unknown (an adopted migration's duration) is undefined, not zero.
 */
import type { JsonObject } from "../core/errors.ts";

/** How a migration came to be recorded. */
export type Provenance =
  /** We ran it. */
  | "deployed"
  /** The baseline that we loaded holds it. */
  | "baseline"
  /** It was there before us, as somebody said with `adopt`. */
  | "adopted"
  /** Done by hand and marked with `repair --mark-done`. */
  | "external"
  /** A later baseline or squash stands for it. */
  | "replaced";

/** `declared`: a schema that was reached by difference; one row, the newest. */
export type LedgerEntryKind = "migration" | "baseline" | "declared";

/**
 * `reverting`: a rollback of several transactions has begun and not ended. `unverified`: a declared schema's plan is
 * applied, and nobody has looked yet whether it led there.
 */
export type LedgerEntryState = "applied" | "reverting" | "unverified";

export interface LedgerEntry {
  readonly id: string;
  readonly kind: LedgerEntryKind;
  readonly state: LedgerEntryState;
  readonly provenance: Provenance;
  readonly title: string | undefined;
  readonly path: string | undefined;
  /** Of a baseline: the last migration that it holds. */
  readonly includesUpTo: string | undefined;
  readonly bytesHash: string;
  readonly meaningHash: string | undefined;
  /** The order in which entries were written. */
  readonly position: number;
  /** The server's time, ISO 8601 in UTC. */
  readonly appliedAt: string;
  readonly durationMs: number | undefined;
  readonly databaseUser: string;
  readonly osUser: string | undefined;
  readonly host: string | undefined;
  readonly gitSha: string | undefined;
  readonly toolVersion: string;
  readonly serverVersion: string;
  readonly deploymentId: string;
}

/** One part of a migration that takes several transactions, or can run in none. */
export interface JournalEntry {
  readonly migrationId: string;
  readonly direction: "up" | "down";
  /** The part's place in its file, from 0. */
  readonly ordinal: number;
  /** `started` without `done` means in doubt, for parts that run outside a transaction; `failed` is certain. */
  readonly state: "started" | "done" | "failed";
  readonly transactional: boolean;
  /** Hash of the part's meaning: an edited part that already ran is refused. */
  readonly meaningHash: string;
  /** What was in the catalog before, as far as looking up the effect needs it. */
  readonly before: JsonObject;
  readonly deploymentId: string;
  readonly startedAt: string;
}

export type DeploymentKind = "deploy" | "adopt" | "repair" | "rollback" | "seed";
/** Everything that planning needs to know of the ledger, for one scope. */
export type LedgerState =
  | { readonly kind: "absent" }
  | {
      readonly kind: "present";
      readonly version: number;
      /** A deployment or an adoption of this scope has ended well, or has left entries. */
      readonly established: boolean;
      readonly entries: readonly LedgerEntry[];
      readonly journal: readonly JournalEntry[];
    };

/** The digest that one query compares with the files. */
export interface LedgerHead {
  readonly version: number;
  readonly digest: string;
  readonly count: number;
  readonly baselineBytesHash: string | undefined;
  readonly declaredBytesHash: string | undefined;
  readonly established: boolean;
}

/** Never the id of a migration: those come from file names, and no naming begins with this sign. */
export const baselineId = "@baseline";
export const declaredId = "@declared";
