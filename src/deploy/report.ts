/** What the use cases report: values for --json (docs/reference/json.md) and for the library's callers. */
import type { Finding } from "../core/findings.ts";
import type { BackupReceipt } from "../ledger/receipts.ts";
import type { Plan } from "../plan/plan.ts";
import type { SchemaPlan } from "../plan/schema_plan.ts";
import type { PlannedFor } from "../plan/plan-file.ts";
import type { Safeguarded } from "./steps/safeguard/safeguard.ts";
import type { PlanProof } from "./steps/difference/proof.ts";
import type { StrategyKind } from "../plan/strategy.ts";
import type { AppliedUnit } from "./steps/apply/apply.ts";

export type DeployOutcome =
  /** Something was changed, the ledger at least. */
  | "deployed"
  /** The database is what the files say. */
  | "nothing-to-do"
  /** Only planned: nothing was changed. */
  | "planned"
  /** RUN_MIGRATIONS=false, and the ledger fits the files. */
  | "verified"
  /** RUN_MIGRATIONS=false, and it does not. */
  | "differs";

export interface BackupNote {
  readonly reason: string;
  readonly receipt: BackupReceipt | undefined;
}

export function backupNoteOf(safeguarded: Safeguarded | undefined): BackupNote | undefined {
  if (safeguarded === undefined) return undefined;
  return { reason: safeguarded.reason, receipt: safeguarded.receipt };
}

export interface DeployReport {
  readonly outcome: DeployOutcome;
  readonly database: string;
  readonly scope: string;
  /** Undefined when one look at the ledger was enough. */
  readonly strategy: StrategyKind | undefined;
  /** Undefined when nothing was recorded. */
  readonly deploymentId: string | undefined;
  readonly applied: readonly AppliedUnit[];
  /** Recorded as part of the baseline, without being run. */
  readonly included: readonly string[];
  /** Seeds that ran. */
  readonly seeded: readonly AppliedUnit[];
  /** The backup before it, or why there is none; undefined where nothing was applied or none could be due. */
  readonly backup: BackupNote | undefined;
  readonly notes: readonly Finding[];
  /** Lacking, where nothing was changed. */
  readonly pending: readonly string[];
  readonly plan: Plan | undefined;
  /** Of a declared schema's plan. */
  readonly proof: PlanProof | undefined;
  /** Of a declared schema, step by step. */
  readonly schemaPlan: SchemaPlan | undefined;
  /** What a plan's file holds of it, where that was asked for. */
  readonly forFile: PlannedFor | undefined;
  readonly durationMs: number;
}
