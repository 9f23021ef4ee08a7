/** The public API. */
export {
  LockstepError,
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
  status,
  verify,
  type AdoptOptions,
  type ChangeOptions,
  type CommonOptions,
  type DeployOptions,
  type HistoryOptions,
  type RepairOptions,
  type RollbackOptions,
} from "./library.ts";
export type { AdoptReport } from "./deploy/adopt.ts";
export type { HistoryReport } from "./deploy/history.ts";
export type { Repair, RepairReport } from "./deploy/repair.ts";
export type { DeployOutcome, DeployReport } from "./deploy/report.ts";
export type { RollbackReport } from "./deploy/rollback.ts";
export type { MigrationFunction } from "./deploy/steps/apply/data.ts";
export type {
  BatchRequest,
  BatchWork,
  MigrationDatabase,
  MigrationTools,
} from "./deploy/steps/backfill/tools.ts";
export type { AppliedSummary, PendingSummary, StatusReport } from "./deploy/status.ts";
export type { VerifyReport } from "./deploy/verify.ts";
export type { LedgerAttempt, LedgerEvent } from "./ledger/events.ts";
export type { Plan, PlannedUnit, Segment, Step } from "./plan/plan.ts";
export type { Progress, ProgressEvent } from "./ports/progress.ts";
