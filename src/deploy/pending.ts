/**
 * A deploy that has something to do: lock, look again, plan, apply, record. Imported only then, since it brings the
 * parser and the planner with it.
 */
import type { Finding } from "../core/findings.ts";
import type { LedgerState } from "../ledger/ledger.ts";
import { isEmptyPlan, type Plan } from "../plan/plan.ts";
import { makePlan, type PlanChoices, type Planned } from "../plan/make.ts";
import type { StrategyKind } from "../plan/strategy.ts";
import type { Session } from "../ports/database.ts";
import { loadParser } from "../sql/parse.ts";
import type { DeployJob, DeployResult } from "./deploy.ts";
import { applyUnits } from "./steps/apply/apply.ts";
import type { ApplyContext } from "./steps/apply/context.ts";
import { contentsOf } from "./steps/contents.ts";
import { decideStrategy, lookAtTarget } from "./steps/decide.ts";
import { refuseEdits } from "./steps/edits.ts";
import { closeDeployment, openDeployment } from "./steps/ledger/deployment.ts";
import { ensureLedger } from "./steps/ledger/ensure.ts";
import { readLedger } from "./steps/ledger/read.ts";
import { recordEvent, recordHealed } from "./steps/ledger/record.ts";
import { recordFailure } from "./steps/ledger/attempt.ts";
import { abandonedDeployments, closeAbandoned } from "./steps/abandoned.ts";
import { reportStanding } from "./steps/standing.ts";
import { pendingFindings } from "./steps/verified.ts";
import { endLeftovers } from "./steps/leftovers.ts";
import { lockWaitMsDefault, takeDeployLock, type HeldLock } from "./steps/lock.ts";

export async function deployPending(job: DeployJob): Promise<DeployResult> {
  const { request } = job;
  if (request.verifyOnly === true) return verifyOnly(job);
  if (request.planOnly === true) return planOnly(job);
  const { project, signal } = request;
  const lock = await takeDeployLock({
    database: job.ports.database,
    scope: project.config.scope,
    deploymentId: job.deploymentId,
    identity: job.ports.identity,
    clock: job.ports.clock,
    progress: job.ports.progress,
    waitMs: request.lockWaitMs ?? lockWaitMsDefault,
    signal,
  });
  try {
    await endOldDeployments(job);
    const ledger = await readLedger(job.work.current, project.config.scope);
    const { strategy, planned } = await planFor(job, ledger);
    if (isEmptyPlan(planned.plan) && ledger.kind === "present" && ledger.established) {
      return { ...resultOf(planned, strategy), outcome: "nothing-to-do" };
    }
    return await apply(job, lock, { strategy, planned });
  } finally {
    await lock.release();
  }
}

/** What deploys that were killed left behind: their server processes end first, then their rows are closed. */
async function endOldDeployments({ ports, request, work }: DeployJob): Promise<void> {
  const { scope } = request.project.config;
  const abandoned = await abandonedDeployments(work.current, scope);
  if (abandoned.length === 0) return;
  await endLeftovers(work.current, abandoned, ports.clock);
  await closeAbandoned(work.current, abandoned);
}

interface Decided {
  readonly strategy: StrategyKind;
  readonly planned: Planned;
}

async function planFor(job: DeployJob, ledger: LedgerState): Promise<Decided> {
  const { request, work } = job;
  const strategy = decideStrategy(request.project, await lookAtTarget(work.current, ledger));
  const planned = makePlan({
    project: request.project,
    strategy,
    ledger,
    parser: await loadParser(),
    major: work.current.server.major,
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
    to: request.to,
  };
}

async function apply(
  job: DeployJob,
  lock: HeldLock,
  { strategy, planned }: Decided,
): Promise<DeployResult> {
  const { ports, request, deploymentId, work } = job;
  const { plan } = planned;
  const { config } = request.project;
  const record = { scope: config.scope, deploymentId, identity: ports.identity };
  await ensureLedger(work.current, { clock: ports.clock, toolVersion: ports.identity.toolVersion });
  const opening = { kind: "deploy", settings: config.settings, planHash: plan.hash } as const;
  await openDeployment(work.current, record, opening);
  const context: ApplyContext = {
    database: ports.database,
    clock: ports.clock,
    progress: ports.progress,
    record,
    settings: {
      lockTimeoutMs: config.lockTimeoutMs,
      lockRetries: config.lockRetries,
      statementTimeoutMs: config.statementTimeoutMs,
      settings: config.settings,
    },
    observer: lock.observer,
    assertHeld: lock.assertHeld,
    guard: lock.guard,
    pooled: lock.kind === "lease",
    signal: request.signal,
    contentOf: contentsOf(request.project),
    loadModule: ports.loadModule,
  };
  try {
    await heal(work.current, context, plan);
    const applied = await applyUnits(context, work, plan);
    await closeDeployment(work.current, record, undefined);
    return {
      ...resultOf(planned, strategy),
      outcome: "deployed",
      deploymentId,
      applied,
      pending: [],
    };
  } catch (error) {
    await recordFailure([work.current, lock.observer], record, error);
    throw error;
  }
}

async function heal(session: Session, context: ApplyContext, plan: Plan): Promise<void> {
  if (plan.healed.length === 0) return;
  const { record } = context;
  const statements = plan.healed.flatMap(({ identity, reason }) => [
    recordHealed(record, { identity, ...context.contentOf(identity.id) }),
    recordEvent(record, {
      kind: reason === "bytes" ? "healed" : "edit-allowed",
      id: identity.id,
      bytesHash: identity.bytesHash,
    }),
  ]);
  const guard = context.guard === undefined ? [] : [context.guard];
  const all = [
    "begin",
    "set local search_path = pg_catalog, pg_temp",
    ...guard,
    ...statements,
    "commit",
  ];
  await session.script(all.join(";\n"));
}

/** A plan without a lock: what would be done now. */
async function planOnly(job: DeployJob): Promise<DeployResult> {
  const { request, work } = job;
  const ledger = await readLedger(work.current, request.project.config.scope);
  const { strategy, planned } = await planFor(job, ledger);
  return { ...resultOf(planned, strategy), outcome: "planned" };
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

function resultOf({ plan }: Planned, strategy: StrategyKind): Omit<DeployResult, "outcome"> {
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
