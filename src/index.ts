/** The public API. */
export {
  LockstepError,
  type ErrorDetails,
  type JsonObject,
  type JsonValue,
  type SourcePosition,
} from "./core/errors.ts";
export { errorCodes, type ErrorCode } from "./core/codes.ts";
export type { Finding, Severity } from "./core/findings.ts";
export {
  defineConfig,
  type ConfigContext,
  type ConfigExport,
  type UserConfig,
  type UserTarget,
} from "./project/user-config.ts";
export {
  adopt,
  deploy,
  history,
  plan,
  repair,
  rollback,
  seed,
  status,
  verify,
  wait,
  type AdoptOptions,
  type BackedUpOptions,
  type ChangeOptions,
  type CommonOptions,
  type DeployOptions,
  type HistoryOptions,
  type RepairOptions,
  type RollbackOptions,
  type WaitOptions,
} from "./library.ts";
export type { AdoptReport } from "./deploy/adopt.ts";
export type { HistoryReport } from "./deploy/history.ts";
export type { Repair, RepairReport } from "./deploy/repair.ts";
export type { BackupNote, DeployOutcome, DeployReport } from "./deploy/report.ts";
export type { RollbackReport, WayTaken } from "./deploy/rollback.ts";
export type { SeedReport } from "./deploy/seed.ts";
export type { MigrationFunction } from "./deploy/steps/apply/data.ts";
export type {
  BatchRequest,
  BatchWork,
  MigrationDatabase,
  MigrationTools,
} from "./deploy/steps/backfill/tools.ts";
export type { AppliedSummary, PendingSummary, StatusReport } from "./deploy/status.ts";
export type { VerifyReport } from "./deploy/verify.ts";
export type { WaitReport } from "./deploy/wait.ts";
export type { LedgerAttempt, LedgerEvent } from "./ledger/events.ts";
export type { Plan, PlannedUnit, Segment, Step } from "./plan/plan.ts";
export type { Progress, ProgressEvent } from "./ports/progress.ts";
