/**
 * What a deploy will do, as a value: immutable, JSON-serialisable, hashed. Everything that can be decided is decided
 * here, so that applying it takes no decisions but those that depend on what the server answers. It never holds a
 * secret: variables stand in it by name, and their values are put in when it is applied.
 */
import type { Finding } from "../core/findings.ts";
import type { JsonObject, SourcePosition } from "../core/errors.ts";
import type { BackfillOptions } from "../project/backfill-marks.ts";
import { sha256 } from "../core/hash.ts";
import type { StrategyKind } from "./strategy.ts";

export interface Plan {
  readonly format: 1;
  readonly scope: string;
  readonly strategy: StrategyKind | "rollback";
  /** Server settings of every transaction, recorded with the deployment. */
  readonly settings: Readonly<Record<string, string>>;
  readonly units: readonly PlannedUnit[];
  /** Files whose bytes changed and whose meaning did not, or whose edit is allowed: recorded anew. */
  readonly healed: readonly HealedMigration[];
  readonly notes: readonly Finding[];
  /** Over all of the above. */
  readonly hash: string;
}

/** What the ledger records of a migration or a baseline. */
export interface UnitIdentity {
  readonly id: string;
  /** A seed is never recorded as applied: it runs whenever it is asked for. */
  readonly kind: "migration" | "baseline" | "declared" | "seed";
  readonly title: string | undefined;
  readonly path: string;
  readonly bytesHash: string;
  readonly meaningHash: string | undefined;
}

export interface HealedMigration {
  readonly identity: UnitIdentity;
  readonly reason: "bytes" | "edit-allowed";
}

/** One migration or the baseline: recorded when its last segment is done. */
export type PlannedUnit = SqlUnit | DataUnit | BackfillUnit | ExternalUnit;

export interface SqlUnit {
  readonly kind: "sql";
  readonly identity: UnitIdentity;
  readonly direction: "up" | "down";
  /** Of a baseline: the last migration that it holds. */
  readonly includesUpTo: string | undefined;
  /** Migrations on disk that the baseline holds: recorded together with it, never run. */
  readonly included: readonly UnitIdentity[];
  readonly segments: readonly Segment[];
  /** What the file says while it runs (psql's `\\echo`). */
  readonly messages: readonly string[];
  /** How many of the segments an earlier deploy finished. */
  readonly segmentsDone: number;
  /**
   * The first segment to run was begun before, outside a transaction, and nobody heard how it ended: its effect is
   * looked up first, with what the journal says of the time before. Undefined: no doubt.
   */
  readonly doubt: JsonObject | undefined;
}

/** A TypeScript or JavaScript migration: one transaction, the code's own statements. */
export interface DataUnit {
  readonly kind: "data";
  readonly identity: UnitIdentity;
}

/** One statement, run range by range of a key, each in a transaction of its own. */
export interface BackfillUnit {
  readonly kind: "backfill";
  readonly identity: UnitIdentity;
  /** Without its semicolon. */
  readonly sql: string;
  readonly place: SourcePosition;
  readonly options: BackfillOptions;
  /** Queries that must give no row, or one that is true. */
  readonly verify: readonly string[];
}

/** Not ours to run: the deploy stops before it until somebody marks it done. */
export interface ExternalUnit {
  readonly kind: "external";
  readonly identity: UnitIdentity;
  readonly instructions: string;
}

/** Steps that share one transaction, or one step that can run in none. */
export type Segment = TransactionSegment | AloneSegment | InterpretedSegment;

interface SegmentBase {
  /** Its place in the unit, from 0. */
  readonly ordinal: number;
  readonly statements: number;
  /** Over the meaning of its statements; empty where the unit has one segment, which needs no comparing. */
  readonly meaningHash: string;
  /**
   * What earlier segments of the file set for the rest of it (SET search_path, SET ROLE): said again, since the
   * session is reset for the ledger's writes, and since a later deploy may begin here.
   */
  readonly session: readonly string[];
}

export interface TransactionSegment extends SegmentBase {
  readonly kind: "transaction";
  /** What the file's own BEGIN asked for, such as `ISOLATION LEVEL SERIALIZABLE`; empty without. */
  readonly characteristics: string;
  readonly steps: readonly Step[];
}

export interface AloneSegment extends SegmentBase {
  readonly kind: "alone";
  readonly step: SqlStep;
  /** How to find out whether it happened, when nobody heard the answer. */
  readonly effect: Effect;
  /** CONCURRENTLY forms wait for old snapshots by design, so lock_timeout is off for them. */
  readonly waitsForSnapshots: boolean;
}

/** A file whose statements depend on what the server answers (psql's `\gset`, `\if`): run statement by statement. */
export interface InterpretedSegment extends SegmentBase {
  readonly kind: "interpreted";
  readonly path: string;
  readonly text: string;
}

export type Step = SqlStep | CopyStep;

export interface SqlStep {
  readonly kind: "sql";
  readonly place: StepPlace;
  /** As it is sent: comments between the statements included; the last semicolon may be lacking. */
  readonly sql: string;
  readonly statements: number;
  /** Where values were put in: which part of `sql` comes from where. Without it, `sql` is the file's text. */
  readonly points?: readonly PlacePoint[];
}

/** From `start` on, up to the next point, the text is the file's from this place on, or stands for it as a whole. */
export interface PlacePoint extends StepPlace {
  readonly start: number;
  readonly verbatim: boolean;
}

export interface CopyStep {
  readonly kind: "copy";
  readonly place: StepPlace;
  readonly sql: string;
  readonly data: CopyData;
}

export type CopyData =
  /** The lines of data, as in the file. */
  | { readonly kind: "inline"; readonly text: string }
  /** A file of the project: the first of these that is there. */
  | {
      readonly kind: "file";
      readonly candidates: readonly string[];
      /** Of the one that was there when the project was read. */
      readonly bytesHash: string | undefined;
    };

/** Where a step begins. */
export interface StepPlace {
  readonly path: string;
  readonly line: number;
  readonly column: number;
}

/** The trace that a statement leaves in the catalog. Names are as the server stores them. */
export type Effect =
  | {
      readonly kind: "index-built";
      readonly table: QualifiedName;
      readonly index: string | undefined;
    }
  | { readonly kind: "index-dropped"; readonly indexes: readonly QualifiedName[] }
  | {
      readonly kind: "partition-detached";
      readonly parent: QualifiedName;
      readonly partition: QualifiedName;
    }
  | { readonly kind: "database-created" | "database-dropped"; readonly name: string }
  | { readonly kind: "tablespace-created" | "tablespace-dropped"; readonly name: string }
  | { readonly kind: "subscription-created" | "subscription-dropped"; readonly name: string }
  | { readonly kind: "reindexed" }
  /** Running it again does no harm and ends the same: VACUUM, ALTER SYSTEM. */
  | { readonly kind: "repeatable" }
  /** Nothing in the catalog tells: DO and CALL with transactions of their own. */
  | { readonly kind: "unknown" };

export interface QualifiedName {
  /** Undefined: found by search_path. */
  readonly schema: string | undefined;
  readonly name: string;
}

export type PlanContent = Omit<Plan, "hash">;

export function sealPlan(content: PlanContent): Plan {
  return { ...content, hash: sha256(JSON.stringify(content)) };
}

/** Whether applying it would write anything, the ledger included. */
export function isEmptyPlan(plan: Plan): boolean {
  return plan.units.length === 0 && plan.healed.length === 0;
}
