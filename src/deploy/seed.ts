/**
 * Runs the project's seeds, each in one transaction or as its statements need, every time it is called. The history
 * tells that they ran. A database that lockstep did not deploy to is refused: its tables are not known to be ours.
 */
import { LockstepError } from "../core/errors.ts";
import type { Finding } from "../core/findings.ts";
import { createNeedsTally } from "../plan/needs.ts";
import type { Project } from "../project/project.ts";
import type { DeployPorts } from "./ports.ts";
import { backupNoteOf, type BackupNote } from "./report.ts";
import { guardRows, namingBackup } from "./steps/safeguard/guard.ts";
import type { SafeguardChoices } from "./steps/safeguard/ports.ts";
import { applyUnits, type AppliedUnit } from "./steps/apply/apply.ts";
import { ownQueries } from "./steps/own-queries.ts";
import { readLedger } from "./steps/ledger/read.ts";
import { preflight } from "./steps/preflight.ts";
import { scriptOptions } from "./steps/script-options.ts";
import { planSeeds, refuseNoSeeds } from "./steps/seeds.ts";
import { reportStanding } from "./steps/standing.ts";
import { translated } from "./steps/translate.ts";
import { openWorkSession, recorded, underLock } from "./steps/under-lock.ts";

export interface SeedRequest {
  readonly project: Project;
  /** Says more than the config about the backup before them. */
  readonly backup?: SafeguardChoices;
  readonly lockWaitMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface SeedReport {
  readonly database: string;
  readonly scope: string;
  readonly deploymentId: string;
  readonly seeded: readonly AppliedUnit[];
  /** The backup before them, or why there is none; undefined where none could be due. */
  readonly backup: BackupNote | undefined;
  readonly notes: readonly Finding[];
  /** Migrations that are lacking: seeds may need them. */
  readonly pending: readonly string[];
}

export async function seed(ports: DeployPorts, request: SeedRequest): Promise<SeedReport> {
  return await translated(() => run(ports, request));
}

async function run(ports: DeployPorts, request: SeedRequest): Promise<SeedReport> {
  const { project } = request;
  const { scope } = project.config;
  refuseNoSeeds(project);
  const deploymentId = crypto.randomUUID();
  const change = { ...request, ports, deploymentId };
  const work = await openWorkSession(change);
  try {
    return await underLock(change, work, async (locked) => {
      const ledger = await readLedger(ownQueries(work.current), scope);
      if (ledger.kind === "absent" || !ledger.established) throw notDeployed(ports);
      const { standing } = await reportStanding(project, ledger);
      const needs = createNeedsTally();
      const script = await scriptOptions(ports, project, work.current);
      const units = await planSeeds(project, script, needs);
      await preflight(work.current, needs.needs());
      const opening = { kind: "seed", planHash: undefined } as const;
      const done = await recorded(change, locked, opening, async (context) => {
        const safeguarded = await guardRows({ ...change, work }, context, { units });
        const applied = namingBackup(safeguarded, () => applyUnits(context, work, { units }));
        return { safeguarded, seeded: await applied };
      });
      const { seeded, safeguarded } = done;
      return {
        ...{ database: ports.database.label, scope, deploymentId, seeded },
        ...{ backup: backupNoteOf(safeguarded), notes: safeguarded?.findings ?? [] },
        pending: standing.pending.map(({ id }) => id),
      };
    });
  } finally {
    await work.current.close();
  }
}

function notDeployed({ database }: DeployPorts): LockstepError {
  return new LockstepError("LEDGER.ABSENT", `nothing was deployed to ${database.label} yet`, {
    next: "lockstep deploy --seed",
  });
}
