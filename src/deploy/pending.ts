/**
 * A deploy that has something to do: lock, look again, plan, apply, record. Imported only then, since it brings the
 * parser and the planner with it.
 */
import { LockstepError } from "../core/errors.ts";
import type { LedgerState } from "../ledger/ledger.ts";
import { isEmptyPlan, type Plan } from "../plan/plan.ts";
import { makePlan, type PlanChoices, type Planned } from "../plan/make.ts";
import { strategyFor, type StrategyKind } from "../plan/strategy.ts";
import type { Project } from "../project/project.ts";
import type { Session } from "../ports/database.ts";
import { loadParser } from "../sql/parse.ts";
import type { DeployJob, DeployResult } from "./deploy.ts";
import { applyUnits } from "./steps/apply/apply.ts";
import type { ApplyContext } from "./steps/apply/context.ts";
import { contentsOf } from "./steps/contents.ts";
import { refuseEdits } from "./steps/edits.ts";
import { closeDeployment, openDeployment } from "./steps/ledger/deployment.ts";
import { ensureLedger } from "./steps/ledger/ensure.ts";
import { readLedger } from "./steps/ledger/read.ts";
import { recordEvent, recordHealed } from "./steps/ledger/record.ts";
import { recordFailure } from "./steps/ledger/attempt.ts";
import { abandonedDeployments, closeAbandoned } from "./steps/abandoned.ts";
import { endLeftovers } from "./steps/leftovers.ts";
import { lockWaitMsDefault, takeDeployLock, type HeldLock } from "./steps/lock.ts";
import { userObjects } from "./steps/target.ts";

export async function deployPending(job: DeployJob): Promise<DeployResult> {
  const { request } = job;
  if (request.verifyOnly === true || request.planOnly === true) return lookOnly(job);
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
  const strategy = await decide(request.project, ledger, work.current);
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

async function decide(
  project: Project,
  ledger: LedgerState,
  session: Session,
): Promise<StrategyKind> {
  const isOurs = ledger.kind === "present" && ledger.established;
  const objects = isOurs ? [] : await userObjects(session);
  const strategy = strategyFor({
    hasBaseline: project.baseline !== undefined,
    hasMigrations: project.migrationsFolder !== undefined,
    hasDeclared: project.declared !== undefined,
    isDeclarative: project.config.strategy === "declarative",
    target: isOurs ? "ours" : objects.length === 0 ? "empty" : "foreign",
    verifyOnly: false,
  });
  switch (strategy) {
    case "refuse-foreign":
      throw new LockstepError("LEDGER.ABSENT", "The database is not empty and has no ledger.", {
        notes: [`There are, among others: ${objects.join(", ")}`],
        data: { objects: [...objects] },
      });
    case "refuse-nothing-there":
      throw new LockstepError(
        "PLAN.EMPTY_PROJECT",
        `${project.root} holds no schema and no migrations.`,
      );
    case "refuse-undecided":
      throw new LockstepError(
        "PLAN.UNDECIDED",
        "The project has a declared schema and neither a baseline nor migrations.",
      );
    case "declare":
      throw new LockstepError(
        "PLAN.DECLARATIVE",
        "A declared schema is deployed by difference, which this command does not do.",
      );
    default:
      return strategy;
  }
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
async function lookOnly(job: DeployJob): Promise<DeployResult> {
  const { request, work } = job;
  const ledger = await readLedger(work.current, request.project.config.scope);
  const { strategy, planned } = await planFor(job, ledger);
  return { ...resultOf(planned, strategy), outcome: "planned" };
}

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
