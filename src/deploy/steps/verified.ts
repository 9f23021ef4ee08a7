/** What is lacking, as findings: for whoever may not bring it about. */
import type { Finding } from "../../core/findings.ts";
import type { Standing } from "../../plan/standing.ts";
import { declaredOf } from "../../project/declared.ts";
import type { Project } from "../../project/project.ts";
import type { TargetLook } from "./decide.ts";

export function pendingFindings(
  project: Project,
  standing: Standing,
  target: TargetLook,
): readonly Finding[] {
  if (target.condition === "foreign") {
    const message = `the database has objects (${target.objects.join(", ")}) and no ledger: what is applied is not known`;
    return [{ code: "LEDGER.ABSENT", severity: "error", message }];
  }
  if (declaredOf(project) !== undefined) return [];
  if (target.condition === "empty" && project.baseline !== undefined) {
    const [file] = project.baseline.files;
    const message = "the database is empty: the complete schema is not loaded";
    const where = file === undefined ? {} : { where: { file: file.path } };
    return [{ code: "VERIFY.PENDING", severity: "error", message, ...where }];
  }
  return standing.pending.map((file) => ({
    code: "VERIFY.PENDING",
    severity: "error",
    message: "not applied",
    object: file.id,
    where: { file: file.path },
  }));
}
