/**
 * The project as a database needs it. One that is older than the baseline needs the migrations that a squash put
 * aside; all others are served without their being read.
 */
import type { LedgerState } from "../../ledger/ledger.ts";
import { lackingOf } from "../../plan/standing.ts";
import type { Project } from "../../project/project.ts";
import type { DeployPorts } from "../ports.ts";

export async function projectFor(
  { wholeProject }: Pick<DeployPorts, "wholeProject">,
  project: Project,
  ledger: LedgerState,
): Promise<Project> {
  if (wholeProject === undefined || project.replaced.length === 0) return project;
  if (ledger.kind === "absent" || !ledger.established) return project;
  const ids = new Set(project.replaced.map(({ id }) => id));
  const isHalfDone = ledger.journal.some(({ migrationId }) => ids.has(migrationId));
  if (!isHalfDone && lackingOf(project.replaced, ledger.entries).length === 0) return project;
  return { ...(await wholeProject()), config: project.config };
}
