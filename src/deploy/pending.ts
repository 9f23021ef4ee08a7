/**
 * A deploy that has something to do: lock, look again, plan, apply, record. Imported only then, since it brings the
 * parser and the planner with it.
 */
import type { Finding } from "../core/findings.ts";
import type { LedgerState } from "../ledger/ledger.ts";
import { makePlan, type PlanChoices, type Planned } from "../plan/make.ts";
import { isEmptyPlan } from "../plan/plan.ts";
import type { StrategyKind } from "../plan/strategy.ts";
import type { DeployJob, DeployResult } from "./deploy.ts";
import { applyUnits } from "./steps/apply/apply.ts";
import { decideStrategy, lookAtTarget } from "./steps/decide.ts";
import { refuseEdits } from "./steps/edits.ts";
import { heal } from "./steps/heal.ts";
import { hasLedgerSchema, readLedger } from "./steps/ledger/read.ts";
import { preflight } from "./steps/preflight.ts";
import { scriptOptions } from "./steps/script-options.ts";
import { reportStanding } from "./steps/standing.ts";
import { recorded, underLock, type Locked } from "./steps/under-lock.ts";
import { pendingFindings } from "./steps/verified.ts";

export async function deployPending(job: DeployJob): Promise<DeployResult> {
  if (job.request.verifyOnly === true) return verifyOnly(job);
  if (job.request.planOnly === true) return planOnly(job);
  return await underLock(changeOf(job), job.work, async (locked) => {
    const ledger = await readLedger(job.work.current, job.request.project.config.scope);
    const decided = await planFor(job, ledger);
    // Another deploy may have been quicker; and the first one records that there is nothing to do, too.
    const isKnown = ledger.kind === "present" && ledger.established;
    if (isEmptyPlan(decided.planned.plan) && isKnown) {
      return { ...resultOf(decided), outcome: "nothing-to-do" };
    }
    const { needs } = decided.planned;
    const makesLedger = ledger.kind === "absent" && !(await hasLedgerSchema(job.work.current));
    const createsSchemas = needs.createsSchemas || makesLedger;
    await preflight(job.work.current, { ...needs, createsSchemas });
    return await apply(job, locked, decided);
  });
}

function changeOf({ ports, request, deploymentId }: DeployJob): Parameters<typeof underLock>[0] {
  const { project, lockWaitMs, signal } = request;
  return { ports, project, deploymentId, lockWaitMs, signal };
}

interface Decided {
  readonly strategy: StrategyKind;
  readonly planned: Planned;
}

async function planFor(job: DeployJob, ledger: LedgerState): Promise<Decided> {
  const { request, work } = job;
  const strategy = decideStrategy(request.project, await lookAtTarget(work.current, ledger));
  const planned = await makePlan({
    project: request.project,
    strategy,
    ledger,
    script: await scriptOptions(job.ports, request.project, work.current),
    choices: choicesOf(request),
  });
  await refuseEdits(work.current, request.project.config.scope, planned.edited);
  return { strategy, planned };
}

function choicesOf(request: DeployJob["request"]): PlanChoices {
  return {
    allowEdited: request.allowEdited ?? [],
    allowOutOfOrder: request.allowOutOfOrder ?? request.project.config.allowOutOfOrder,
    allowMissing: request.allowMissing ?? false,
    splitBaseline: request.splitBaseline ?? false,
    to: request.to,
  };
}

async function apply(job: DeployJob, locked: Locked, decided: Decided): Promise<DeployResult> {
  const { deploymentId, work } = job;
  const { plan } = decided.planned;
  const opening = { kind: "deploy", planHash: plan.hash } as const;
  const applied = await recorded(changeOf(job), locked, opening, async (context) => {
    await heal(work.current, context, plan);
    return await applyUnits(context, work, plan);
  });
  return { ...resultOf(decided), outcome: "deployed", deploymentId, applied, pending: [] };
}

/** A plan without a lock: what would be done now. */
async function planOnly(job: DeployJob): Promise<DeployResult> {
  const ledger = await readLedger(job.work.current, job.request.project.config.scope);
  return { ...resultOf(await planFor(job, ledger)), outcome: "planned" };
}

/** RUN_MIGRATIONS=false: the ledger against the files. A schema from elsewhere, without a ledger, is taken as it is. */
async function verifyOnly({ request, work }: DeployJob): Promise<DeployResult> {
  const { project } = request;
  const ledger = await readLedger(work.current, project.config.scope);
  const target = await lookAtTarget(work.current, ledger);
  const { standing, findings } = await reportStanding(project, ledger);
  const isForeign = target.condition === "foreign";
  const notes = isForeign
    ? [unknownSchema]
    : [...findings, ...pendingFindings(project, standing, target)];
  const differs = notes.some((finding) => finding.severity === "error");
  return {
    outcome: differs ? "differs" : "verified",
    strategy: "verify-only",
    deploymentId: undefined,
    applied: [],
    included: [],
    notes,
    pending: isForeign ? [] : standing.pending.map((file) => file.id),
    plan: undefined,
  };
}

const unknownSchema: Finding = {
  code: "LEDGER.ABSENT",
  severity: "warning",
  message: "the database has a schema and no ledger, so whether it is the project's is not known",
};

function resultOf({ strategy, planned }: Decided): Omit<DeployResult, "outcome"> {
  const { plan } = planned;
  return {
    strategy,
    deploymentId: undefined,
    applied: [],
    included: plan.units.flatMap((unit) =>
      unit.kind === "sql" ? unit.included.map(({ id }) => id) : [],
    ),
    notes: plan.notes,
    pending: plan.units.map((unit) => unit.identity.id),
    plan,
  };
}
