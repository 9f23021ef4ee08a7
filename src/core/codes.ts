/**
 * Every error code of lockstep, once. A code is a contract: scripts match on it, docs/reference/errors.md
 * explains it, and a test compares the two. Adding a failure means adding a row to codes/<namespace>.ts, never a
 * bare throw; a new namespace is a new file and two lines here.
 */
import { adoptCodes } from "./codes/adopt.ts";
import { backfillCodes } from "./codes/backfill.ts";
import { backupCodes } from "./codes/backup.ts";
import { catalogCodes } from "./codes/catalog.ts";
import { configCodes } from "./codes/config.ts";
import { connectCodes } from "./codes/connect.ts";
import { dataCodes } from "./codes/data.ts";
import { databaseCodes } from "./codes/database.ts";
import { deployCodes } from "./codes/deploy.ts";
import { devCodes } from "./codes/dev.ts";
import { diffCodes } from "./codes/diff.ts";
import { embeddedCodes } from "./codes/embedded.ts";
import { internalCodes } from "./codes/internal.ts";
import { ledgerCodes } from "./codes/ledger.ts";
import { lockCodes } from "./codes/lock.ts";
import { planCodes } from "./codes/plan.ts";
import { preflightCodes } from "./codes/preflight.ts";
import { projectCodes } from "./codes/project.ts";
import { rebuildCodes } from "./codes/rebuild.ts";
import { releaseCodes } from "./codes/release.ts";
import { restoreCodes } from "./codes/restore.ts";
import { scratchCodes } from "./codes/scratch.ts";
import { secretCodes } from "./codes/secret.ts";
import { sourceCodes } from "./codes/source.ts";
import { sqlCodes } from "./codes/sql.ts";
import { squashCodes } from "./codes/squash.ts";
import { usageCodes } from "./codes/usage.ts";
import { verifyCodes } from "./codes/verify.ts";
import { waitCodes } from "./codes/wait.ts";

export interface ErrorCodeEntry {
  /** What the code means, as one sentence of the reference page. */
  readonly summary: string;
  /** What to do about it when the place that throws knows nothing better. */
  readonly next: string;
}

export const errorCodes: typeof adoptCodes &
  typeof backfillCodes &
  typeof backupCodes &
  typeof catalogCodes &
  typeof configCodes &
  typeof connectCodes &
  typeof dataCodes &
  typeof databaseCodes &
  typeof deployCodes &
  typeof devCodes &
  typeof diffCodes &
  typeof embeddedCodes &
  typeof internalCodes &
  typeof ledgerCodes &
  typeof lockCodes &
  typeof planCodes &
  typeof preflightCodes &
  typeof projectCodes &
  typeof rebuildCodes &
  typeof releaseCodes &
  typeof restoreCodes &
  typeof scratchCodes &
  typeof secretCodes &
  typeof sourceCodes &
  typeof sqlCodes &
  typeof squashCodes &
  typeof usageCodes &
  typeof verifyCodes &
  typeof waitCodes = {
  ...adoptCodes,
  ...backfillCodes,
  ...backupCodes,
  ...catalogCodes,
  ...configCodes,
  ...connectCodes,
  ...dataCodes,
  ...databaseCodes,
  ...deployCodes,
  ...devCodes,
  ...diffCodes,
  ...embeddedCodes,
  ...internalCodes,
  ...ledgerCodes,
  ...lockCodes,
  ...planCodes,
  ...preflightCodes,
  ...projectCodes,
  ...rebuildCodes,
  ...releaseCodes,
  ...restoreCodes,
  ...scratchCodes,
  ...secretCodes,
  ...sourceCodes,
  ...sqlCodes,
  ...squashCodes,
  ...usageCodes,
  ...verifyCodes,
  ...waitCodes,
};

export type ErrorCode = keyof typeof errorCodes;
