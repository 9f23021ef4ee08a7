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
import type { CoveredBefore } from "../backfill/covered.ts";
import { ownQueries } from "../own-queries.ts";
import type { SafeguardChoices } from "./ports.ts";
import type { SafeguardRequest, Safeguarded } from "./safeguard.ts";

export interface GuardRequest {
  readonly ports: DeployPorts;
  readonly project: Project;
  /** What the command line says above the config. */
  readonly backup?: SafeguardChoices | undefined;
  readonly work: WorkSession;
}

export interface Guarded {
  readonly units: readonly PlannedUnit[];
  /** Those of them whose rows an earlier deployment's backup holds. */
  readonly covered?: readonly CoveredBefore[];
  readonly askFirst?: SafeguardRequest["askFirst"];
}

export async function guardRows(
  { ports, project, backup = {}, work }: GuardRequest,
  context: ApplyContext,
  { units: all, covered = [], askFirst }: Guarded,
): Promise<Safeguarded | undefined> {
  const { backup: config } = project.config;
  if (ports.safeguard === undefined || all.length === 0) return undefined;
  if ((backup.policy ?? config.policy) === "never") return undefined;
  if (ports.isDevelopment === true && backup.policy === undefined) return undefined;
  const units = all.filter((unit) => covered.every((each) => each.unit !== unit));
  const [before] = covered;
  if (units.length === 0 && before !== undefined) return takenBefore(before);
  const { safeguard } = await import("./safeguard.ts");
  const session = ownQueries(work.current);
  const safeguarded = await safeguard({
    ...{ ports: await ports.safeguard(), database: ports.database, config, context, session },
    ...{ choices: backup, units, askFirst },
  });
  const isTaken = safeguarded.receipt !== undefined || safeguarded.findings.length > 0;
  return isTaken || before === undefined ? safeguarded : takenBefore(before);
}

function takenBefore({ unit, location }: CoveredBefore): Safeguarded {
  const reason = `what ${unit.identity.id} goes on changing is in the backup from before it: ${location}`;
  return { receipt: undefined, earlier: location, reason, findings: [] };
}

/** What fails behind a backup says where it lies. */
export async function namingBackup<Result>(
  safeguarded: Safeguarded | undefined,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    const location = safeguarded?.receipt?.location ?? safeguarded?.earlier;
    if (location === undefined || !(error instanceof LockstepError)) throw error;
    const notes = [...error.notes, `the backup from before it: ${location}`];
    throw error.with({ notes, data: { ...error.data, backup: location } });
  }
}
