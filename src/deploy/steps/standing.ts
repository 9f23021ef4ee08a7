/**
 * How the ledger stands against the files, as findings: for the commands that only look. Nothing is thrown for what
 * they are there to tell.
 */
import type { FindingCode } from "../../core/finding-codes.ts";
import type { Finding } from "../../core/findings.ts";
import { declaredId, type LedgerState } from "../../ledger/ledger.ts";
import { gapMessage } from "../../plan/refusals.ts";
import { standingOf, type Standing } from "../../plan/standing.ts";
import type { Project } from "../../project/project.ts";
import { declaredBytesHash, declaredOf } from "../../project/declared.ts";
import { isBaselineAlone } from "../../project/baseline-alone.ts";
import { baselineBytesHash } from "../../project/baseline-hash.ts";

export interface StandingReport {
  readonly standing: Standing;
  /** Lacking: severity info; what a deploy would refuse: error. */
  readonly findings: readonly Finding[];
}

export async function reportStanding(
  project: Project,
  ledger: LedgerState,
): Promise<StandingReport> {
  if (declaredOf(project) !== undefined) return await reportDeclared(project, ledger);
  const { migrations, replaced, baseline } = project;
  const entries = ledger.kind === "present" ? ledger.entries : [];
  const journal = ledger.kind === "present" ? ledger.journal : [];
  const standing = standingOf({
    migrations,
    replaced: ledger.kind === "present" && ledger.established ? replaced : [],
    baseline,
    entries,
    journal,
  });
  const findings = [
    ...gapFindings(project, standing),
    ...(await changedFindings(standing)),
    ...(await baselineFindings(project, ledger)),
    ...standing.missing.map((entry) =>
      problem("PLAN.FILE_MISSING", entry.id, "applied, and its file is not in the project"),
    ),
    ...standing.orphaned.map((id) =>
      problem("PLAN.FILE_MISSING", id, "half applied, and its file is not in the project"),
    ),
    ...standing.reverting.map((entry) =>
      problem("PLAN.REVERTING", entry.id, "a rollback began and did not end"),
    ),
    ...standing.outOfOrder.map(({ file, after }) =>
      problem("PLAN.OUT_OF_ORDER", file.id, `sorts before ${after}, which is applied`),
    ),
  ];
  return { standing, findings };
}

/** Migrations play no part in it. */
async function reportDeclared(project: Project, ledger: LedgerState): Promise<StandingReport> {
  const standing = standingOf({
    migrations: [],
    replaced: [],
    baseline: undefined,
    entries: [],
    journal: [],
  });
  const declared = declaredOf(project);
  const hash = declared === undefined ? undefined : declaredBytesHash(declared);
  const entry =
    ledger.kind === "present" ? ledger.entries.find(({ id }) => id === declaredId) : undefined;
  if (hash !== undefined && entry?.bytesHash === hash && entry.state === "applied") {
    return { standing, findings: [] };
  }
  const message =
    hash === undefined
      ? "a command prints the declared schema, so only a deploy tells whether it is reached"
      : "the declared schema is not deployed";
  const file = declared?.kind === "files" ? declared.files[0] : undefined;
  const where = file === undefined ? {} : { where: { file: file.path } };
  const severity = hash === undefined ? "info" : "error";
  return { standing, findings: [{ code: "VERIFY.PENDING", severity, message, ...where }] };
}

async function changedFindings(standing: Standing): Promise<readonly Finding[]> {
  if (standing.changed.length === 0) return [];
  const { editsOf } = await import("../../plan/edits.ts");
  const { healed, edited } = editsOf(standing.changed, new Set());
  return [
    ...healed.map(({ identity }): Finding => ({
      code: "PLAN.HEALED",
      severity: "info",
      message: "written anew since it was applied, and means the same",
      object: identity.id,
      where: { file: identity.path },
    })),
    ...edited.map(({ file }) => ({
      ...problem("PLAN.EDITED", file.id, "changed after it was applied"),
      where: { file: file.path },
    })),
  ];
}

/** With a baseline alone, the ledger says which one was loaded. */
async function baselineFindings(
  project: Project,
  ledger: LedgerState,
): Promise<readonly Finding[]> {
  const { baseline } = project;
  if (baseline === undefined || !isBaselineAlone(project) || ledger.kind === "absent") return [];
  const loaded = ledger.entries.find((entry) => entry.kind === "baseline");
  if (loaded === undefined) {
    if (!ledger.established || project.migrationsFolder !== undefined) return [];
    return [problem("PLAN.BASELINE_CHANGED", "baseline", "this database was not made from it")];
  }
  if (loaded.bytesHash === baselineBytesHash(baseline)) return [];
  const { baselineIdentity } = await import("../../plan/unit.ts");
  const identity = baselineIdentity(baseline);
  if (identity.meaningHash === loaded.meaningHash) return [];
  const found = problem("PLAN.BASELINE_CHANGED", identity.path, "another schema than was loaded");
  return [{ ...found, where: { file: identity.path } }];
}

/** Older than the baseline, and what lies between is not on disk. */
function gapFindings({ baseline }: Project, { gap }: Standing): readonly Finding[] {
  if (gap === undefined) return [];
  const message = gapMessage(gap);
  return [problem("PLAN.BASELINE_GAP", baseline?.files[0]?.path ?? "baseline", message)];
}

function problem(code: FindingCode, object: string, message: string): Finding {
  return { code, severity: "error", object, message };
}
