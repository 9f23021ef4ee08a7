/**
 * Brings a database to what the project says: under the lock it looks, plans, checks, applies and records; then, if
 * asked for, it runs the seeds. Everything is read and checked before the first change, the seeds too.
 */
import type { Finding } from "../../core/findings.ts";
import { declaredId, type LedgerState } from "../../ledger/ledger.ts";
import { loadParser } from "../../sql/parse.ts";
import { endOfTurn } from "../../core/turn.ts";
import { makePlan, type PlanChoices } from "../../plan/make.ts";
import { createNeedsTally } from "../../plan/needs.ts";
import type { PlanFile } from "../../plan/plan-file.ts";
import { isEmptyPlan } from "../../plan/plan.ts";
import { applyUnits, type AppliedUnit } from "./apply/apply.ts";
import type { ApplyContext, WorkSession } from "./apply/context.ts";
import type { DeclaredPlan } from "./declare/plan.ts";
import { decideStrategy, lookAtTarget, type Decided } from "./decide.ts";
import { refuseEdits } from "./edits.ts";
import { heal } from "./heal.ts";
import { draftLedger, type LedgerDraft } from "./ledger/draft.ts";
import { hasLedgerSchema, readLedger } from "./ledger/read.ts";
import { ownQueries } from "./own-queries.ts";
import {
  preflight,
  preflightRefusals,
  readCondition,
  type PreflightNeeds,
  type PreflightOptions,
} from "./preflight.ts";
import { connectionOf, scriptOptions } from "./script-options.ts";
import { planSeeds, refuseNoSeeds } from "./seeds.ts";
import type { SafeguardChoices } from "./safeguard/ports.ts";
import { coveredBefore } from "./backfill/covered.ts";
import { guardRows, namingBackup } from "./safeguard/guard.ts";
import type { Safeguarded } from "./safeguard/safeguard.ts";
import { lackingSchema, makeSchema } from "./target-schema.ts";
import { projectFor } from "./whole-project.ts";
import { recorded, underLock, type ChangeRequest, type Locked } from "./under-lock.ts";

export interface BringUp extends ChangeRequest {
  readonly work: WorkSession;
  readonly choices: PlanChoices;
  /** `must`: having none is a failure. */
  readonly seed: "no" | "if-any" | "must";
  /** It, or nothing. */
  readonly planFile?: PlanFile;
  /** What the command line says of the backup before it. */
  readonly backup?: SafeguardChoices;
}

export interface Brought {
  readonly decided: Decided;
  /** Undefined: there was nothing to do, and nothing was recorded. */
  readonly applied: readonly AppliedUnit[] | undefined;
  /** Undefined: nobody could have taken one, or there was nothing to do. */
  readonly safeguarded: Safeguarded | undefined;
}

export async function bringUp(given: BringUp): Promise<Brought> {
  const { work, ports } = given;
  return await underLock(given, work, async (locked) => {
    const ledger = await readLedger(ownQueries(work.current), given.project.config.scope);
    const project = await projectFor(ports, given.project, ledger);
    const draft = draftLedger(work.current, ports.identity.toolVersion);
    try {
      return await planAndApply({ ...given, project, draft }, locked, ledger);
    } finally {
      await draft.drop();
    }
  });
}

async function planAndApply(
  job: BringUp & { readonly draft: LedgerDraft },
  locked: Locked,
  ledger: LedgerState,
): Promise<Brought> {
  const { work, draft } = job;
  const decided = await decide(job, ledger);
  const { plan } = decided.planned;
  // Another deploy may have been quicker; and the first one records that there is nothing to do, too.
  const isKnown = ledger.kind === "present" && ledger.established;
  if (isEmptyPlan(plan) && isKnown && decided.seeds.length === 0) {
    return { decided, applied: undefined, safeguarded: undefined };
  }
  const isDrafted = await draft.isMade();
  const looked = { ...job, ledger, decided, isDrafted };
  const { lacking, needs, options } = await needsOfDeploy(looked);
  await preflight(work.current, needs, options);
  const opening = {
    kind: "deploy",
    planHash: plan.hash,
    draft: isDrafted ? draft : undefined,
  } as const;
  return await recorded(job, locked, opening, async (found) => {
    const allowEdited = new Set(job.choices.allowEdited);
    const context = { ...withPlanText(found, decided.declared), allowEdited };
    const safeguarded = await guarded(job, context, decided);
    return await namingBackup(safeguarded, async () => {
      if (lacking !== undefined) await makeSchema(work.current, lacking);
      await heal(work.current, context, plan);
      const applied = await applyUnits(context, work, { units: [...plan.units, ...decided.seeds] });
      await verifyPlan(job, context, decided);
      return { decided, applied, safeguarded };
    });
  });
}

type Looked = Pick<BringUp, "project" | "work" | "choices"> & {
  readonly ledger: LedgerState;
  readonly decided: Decided;
  /** The ledger was made in a transaction that waits. */
  readonly isDrafted: boolean;
};

/** With what the ledger and `?schema=` need beside the project's own files. */
async function needsOfDeploy({
  project,
  work,
  choices,
  ledger,
  decided,
  isDrafted,
}: Looked): Promise<{
  readonly needs: PreflightNeeds;
  readonly options: PreflightOptions;
  readonly lacking: string | undefined;
}> {
  const own = ownQueries(work.current);
  const makesLedger = ledger.kind === "absent" && (isDrafted || !(await hasLedgerSchema(own)));
  const lacking = await lackingSchema(own, project.config);
  const createsSchemas = decided.needs.createsSchemas || makesLedger || lacking !== undefined;
  const mayOfferSplit = loadsBaseline(decided.strategy) && !choices.splitBaseline;
  return { needs: { ...decided.needs, createsSchemas }, options: { mayOfferSplit }, lacking };
}

/** What a deploy of it by this role would be refused for; another role may have what this one lacks. */
export async function foreseen(job: Omit<Looked, "isDrafted">): Promise<readonly Finding[]> {
  if (isEmptyPlan(job.decided.planned.plan)) return [];
  const { needs, options } = await needsOfDeploy({ ...job, isDrafted: false });
  const condition = await readCondition(job.work.current, needs);
  return preflightRefusals(condition, needs, options).map(({ code, message, notes, next }) => ({
    ...{ code, severity: "warning", message: `a deploy would be refused: ${message}` },
    hint: notes.length === 0 ? next : notes.join("\n"),
  }));
}

/** What would be done. Changes nothing and needs no lock. */
export async function decide(
  job: Pick<BringUp, "ports" | "project" | "work" | "choices" | "seed" | "planFile"> & {
    /** Begun as soon as it is known that the database is empty. */
    readonly draft?: LedgerDraft;
  },
  ledger: LedgerState,
): Promise<Decided> {
  const { ports, project, work, planFile, seed, draft } = job;
  const own = ownQueries(work.current);
  if (planFile !== undefined) {
    const { decidedBefore } = await import("./pinned.ts");
    const pinned = { ports, project, planFile, seed, own, work: work.current };
    return await decidedBefore(pinned, ledger);
  }
  if (seed === "must") refuseNoSeeds(project);
  const looking = Promise.all([lookAtTarget(own, ledger), connectionOf(work.current)]);
  looking.catch(() => undefined);
  await endOfTurn();
  const [[target, connection]] = await Promise.all([looking, loadParser()]);
  if (target.condition === "foreign") {
    const { findHistories } = await import("./history.ts");
    const { foreignDatabase } = await import("./foreign.ts");
    throw await foreignDatabase(ports, project, target, await findHistories(own));
  }
  const strategy = decideStrategy(project, target);
  if (ledger.kind === "absent" && strategy !== "declare") await draft?.begin();
  const before = async (): Promise<void> => draft?.drop();
  const script = await scriptOptions(ports, project, work.current, { connection, before });
  const { choices } = job;
  const needs = createNeedsTally();
  if (strategy === "declare") {
    const { planDeclared } = await import("./declare/plan.ts");
    const declared = await planDeclared({ ports, project, ledger, choices, session: own, needs });
    const { planned } = declared;
    const seeds = seed === "no" ? [] : await planSeeds(project, script, needs);
    const common = { strategy, target: target.condition, seeds, needs: needs.needs() };
    return { ...common, planned, declared };
  }
  const planned = await makePlan({ project, strategy, ledger, script, choices, needs });
  await refuseEdits(own, project.config.scope, planned.edited);
  const seeds = seed === "no" ? [] : await planSeeds(project, script, needs);
  const common = { strategy, target: target.condition, seeds, needs: needs.needs() };
  return { ...common, planned, declared: undefined };
}

function loadsBaseline(strategy: Decided["strategy"]): boolean {
  return strategy === "load-baseline" || strategy === "baseline-then-migrate";
}

/** An empty database holds no rows. */
async function guarded(
  job: BringUp,
  context: ApplyContext,
  { target, planned, seeds, declared }: Decided,
): Promise<Safeguarded | undefined> {
  if (target === "empty") return undefined;
  const session = ownQueries(job.work.current);
  const { units } = planned.plan;
  const covered = await coveredBefore(session, context.record.scope, units);
  const askFirst = async (): Promise<void> => {
    const [unit] = units;
    if (declared === undefined || unit === undefined) return;
    const { askRows } = await import("./declare/ask-rows.ts");
    await askRows(context, job.work.current, { unit, schema: declared.schema });
  };
  return await guardRows(job, context, { units: [...units, ...seeds], covered, askFirst });
}

/** The ledger keeps the plan of a declared schema, not its files: that is what ran. */
function withPlanText(context: ApplyContext, declared: DeclaredPlan | undefined): ApplyContext {
  if (declared === undefined) return context;
  const detail = { planHash: declared.planned.plan.hash };
  const own = { content: declared.sql, downContent: undefined, included: [], detail };
  return { ...context, contentOf: (id) => (id === declaredId ? own : context.contentOf(id)) };
}

async function verifyPlan(
  { ports, project, work }: BringUp,
  context: ApplyContext,
  { declared }: Decided,
): Promise<void> {
  if (declared === undefined || isEmptyPlan(declared.planned.plan)) return;
  const { verifyDeclared } = await import("./declare/verify.ts");
  await verifyDeclared({ ports, project, context, session: work.current, declared });
}
