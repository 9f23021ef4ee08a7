/**
 * A deploy that has something to do: lock, look again, plan, apply, record. Imported only then, since it brings the
 * parser and the planner with it.
 */
import type { Finding } from "../core/findings.ts";
import { hasFingerprints } from "../project/lock-fingerprints.ts";
import { declaredOf } from "../project/declared.ts";
import type { DeployJob, DeployResult } from "./deploy.ts";
import { backupNoteOf } from "./report.ts";
import { bringUp, decide, foreseen, type BringUp } from "./steps/bring-up.ts";
import { lookAtTarget, type Decided } from "./steps/decide.ts";
import { projectFor } from "./steps/whole-project.ts";
import { ownQueries } from "./steps/own-queries.ts";
import { readLedger } from "./steps/ledger/read.ts";
import { reportStanding } from "./steps/standing.ts";
import { pendingFindings } from "./steps/verified.ts";
import { loadParserAhead } from "../sql/parse.ts";

export async function deployPending(job: DeployJob): Promise<DeployResult> {
  if (job.request.verifyOnly === true) return verifyOnly(job);
  // While the lock is on its way; without a ledger the server has more to do as soon as there is a lock.
  if (job.hadLedger) loadParserAhead();
  if (job.request.planOnly === true) return planOnly(job);
  const { decided, applied, safeguarded } = await bringUp(bringUpOf(job));
  const gaps = safeguarded?.findings ?? [];
  const notes = [
    ...decided.planned.plan.notes,
    ...gaps,
    ...(await look(job, applied !== undefined)),
  ];
  if (applied === undefined) return { ...resultOf(decided), notes, outcome: "nothing-to-do" };
  const { deploymentId } = job;
  return {
    ...resultOf(decided),
    notes,
    outcome: "deployed",
    deploymentId,
    backup: backupNoteOf(safeguarded),
    applied: applied.filter(({ kind }) => kind !== "seed"),
    seeded: applied.filter(({ kind }) => kind === "seed"),
    pending: [],
  };
}

/** At the schema, where the deploy ended. */
async function look(
  { ports, request, work }: DeployJob,
  isChanged: boolean,
): Promise<readonly Finding[]> {
  const { project, verify: mode = "after", signal } = request;
  if (mode === "never" || ports.replay === undefined) return [];
  if (mode === "after" && !(isChanged && hasFingerprints(project.lock))) return [];
  // The plan of a declared schema was held against the live schema already.
  if (declaredOf(project) !== undefined) return [];
  const { verifyAfterDeploy } = await import("./steps/live/after-deploy.ts");
  return await verifyAfterDeploy({
    session: work.current,
    project,
    ports: ports.replay,
    mode,
    label: ports.database.label,
    today: request.today ?? "",
    signal,
  });
}

function bringUpOf({ ports, request, deploymentId, work, lockSession }: DeployJob): BringUp {
  const { project, lockWaitMs, signal } = request;
  const { planFile } = request;
  const given = {
    allowEdited: request.allowEdited ?? [],
    allowOutOfOrder: request.allowOutOfOrder ?? project.config.allowOutOfOrder,
    allowMissing: request.allowMissing ?? false,
    splitBaseline: request.splitBaseline ?? false,
    to: request.to,
    allowDrop: request.allowDrop ?? project.config.allowDrop,
    additive: request.additive ?? project.config.additive,
    columnOrder: request.columnOrder ?? project.config.columnOrder,
    prove: request.prove ?? true,
  };
  // What is in a plan's file was chosen when it was made.
  const choices = planFile === undefined ? given : { ...planFile.choices, prove: false };
  const seed = request.seed === true ? "must" : "no";
  const { backup = {} } = request;
  const pinned = planFile === undefined ? {} : { planFile };
  return {
    ports,
    project,
    deploymentId,
    lockWaitMs,
    lockSession,
    signal,
    work,
    choices,
    seed,
    backup,
    ...pinned,
  };
}

/** A plan without a lock: what would be done now. */
async function planOnly(job: DeployJob): Promise<DeployResult> {
  const ledger = await readLedger(ownQueries(job.work.current), job.request.project.config.scope);
  const given = bringUpOf(job);
  const project = await projectFor(job.ports, given.project, ledger);
  const wish = { ...given, project };
  const decided = await decide(wish, ledger);
  const result = resultOf(decided);
  const notes = [...result.notes, ...(await foreseen({ ...wish, ledger, decided }))];
  const planned = { ...result, notes, outcome: "planned" } as const;
  if (job.request.pin !== true) return planned;
  const { pinnedPlan } = await import("./steps/pinned.ts");
  const pinned = await pinnedPlan(wish, decided, ledger);
  const { prove: _prove, ...choices } = wish.choices;
  return { ...planned, forFile: { choices, ...pinned } };
}

/** RUN_MIGRATIONS=false: the ledger against the files. A schema from elsewhere, without a ledger, is taken as it is. */
async function verifyOnly({ ports, request, work }: DeployJob): Promise<DeployResult> {
  const own = ownQueries(work.current);
  const ledger = await readLedger(own, request.project.config.scope);
  const project = await projectFor(ports, request.project, ledger);
  const target = await lookAtTarget(own, ledger);
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
    seeded: [],
    notes,
    backup: undefined,
    pending: isForeign ? [] : standing.pending.map((file) => file.id),
    plan: undefined,
    proof: undefined,
    schemaPlan: undefined,
    forFile: undefined,
  };
}

const unknownSchema: Finding = {
  code: "LEDGER.ABSENT",
  severity: "warning",
  message: "the database has a schema and no ledger, so whether it is the project's is not known",
};

function resultOf({ strategy, planned, declared }: Decided): Omit<DeployResult, "outcome"> {
  const { plan } = planned;
  return {
    strategy,
    deploymentId: undefined,
    applied: [],
    seeded: [],
    backup: undefined,
    included: plan.units.flatMap((unit) =>
      unit.kind === "sql" ? unit.included.map(({ id }) => id) : [],
    ),
    notes: plan.notes,
    pending: plan.units.map((unit) => unit.identity.id),
    plan,
    proof: declared?.proof,
    schemaPlan: declared?.schema,
    forFile: undefined,
  };
}
