/**
 * The backup of what is about to run can harm, before a deploy, before seeds and before ways back: whoever changes a
 * database calls it inside of the deployment, before the first statement. Where none can be due, nobody loads what a
 * backup needs.
 */
import { LockstepError } from "../../../core/errors.ts";
import type { PlannedUnit } from "../../../plan/plan.ts";
import type { Project } from "../../../project/project.ts";
import type { DeployPorts } from "../../ports.ts";
import type { ApplyContext, WorkSession } from "../apply/context.ts";
import { ownQueries } from "../own-queries.ts";
import type { SafeguardChoices } from "./ports.ts";
import type { Safeguarded } from "./safeguard.ts";

export interface GuardRequest {
  readonly ports: DeployPorts;
  readonly project: Project;
  /** What the command line says above the config. */
  readonly backup?: SafeguardChoices | undefined;
  readonly work: WorkSession;
}

export async function guardRows(
  { ports, project, backup = {}, work }: GuardRequest,
  context: ApplyContext,
  { units }: { readonly units: readonly PlannedUnit[] },
): Promise<Safeguarded | undefined> {
  const { backup: config } = project.config;
  if (ports.safeguard === undefined || units.length === 0) return undefined;
  if ((backup.policy ?? config.policy) === "never") return undefined;
  if (ports.isDevelopment === true && backup.policy === undefined) return undefined;
  const { safeguard } = await import("./safeguard.ts");
  const session = ownQueries(work.current);
  return await safeguard({
    ...{ ports: await ports.safeguard(), database: ports.database, config, context, session },
    ...{ choices: backup, units },
  });
}

/** What fails behind a backup says where it lies. */
export async function namingBackup<Result>(
  safeguarded: Safeguarded | undefined,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    const location = safeguarded?.receipt?.location;
    if (location === undefined || !(error instanceof LockstepError)) throw error;
    const notes = [...error.notes, `the backup from before it: ${location}`];
    throw error.with({ notes, data: { ...error.data, backup: location } });
  }
}
