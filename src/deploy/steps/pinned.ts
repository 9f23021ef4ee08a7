/**
 * A plan that was made before, read and approved: it is carried out as it stands in its file, statement by statement,
 * and only on the state of the target that it was made for. It is not made again here, so what was approved is what
 * runs; where a file's statements hold values of variables, which no plan does, they are read from the file again,
 * and the file must be the one that was read then.
 */
import { catalogChange, changedCatalog } from "../../catalog/change.ts";
import type { Catalog } from "../../catalog/fact.ts";
import type { FactId } from "../../catalog/id.ts";
import { fingerprint } from "../../catalog/fingerprint.ts";
import { changedObjects, objectDigests } from "../../catalog/object_digests.ts";
import { LockstepError } from "../../core/errors.ts";
import type { Finding } from "../../core/findings.ts";
import { baselineId, type LedgerState } from "../../ledger/ledger.ts";
import { makePlan } from "../../plan/make.ts";
import { createNeedsTally } from "../../plan/needs.ts";
import type { Plan, PlannedUnit, SqlUnit, UnitIdentity } from "../../plan/plan.ts";
import {
  holdsStatements,
  ledgerStateHash,
  withoutValues,
  type DeclaredPart,
  type PlanFile,
  type PlannedFor,
  type TargetState,
  type UnitTexts,
} from "../../plan/plan-file.ts";
import type { StrategyKind } from "../../plan/strategy.ts";
import type { ScriptOptions } from "../../plan/script.ts";
import { planSql } from "../../plan/statement_text.ts";
import { baselineBytesHash } from "../../project/baseline-hash.ts";
import { optionalTextOf, textOf } from "../../ledger/row.ts";
import type { Project } from "../../project/project.ts";
import { declaredBytesHash, declaredOf } from "../../project/declared.ts";
import type { Session } from "../../ports/database.ts";
import type { DeployPorts } from "../ports.ts";
import { contentsOf } from "./contents.ts";
import { lookAtTarget, type Decided } from "./decide.ts";
import { replayPortsOf } from "./declare/files.ts";
import type { DeclaredPlan } from "./declare/plan.ts";
import { readTargetCatalog, type TargetCatalog } from "./live/target-catalog.ts";
import { scriptOptions } from "./script-options.ts";
import { planSeeds, refuseNoSeeds } from "./seeds.ts";

/** What a plan's file holds of a plan. */
export async function pinnedPlan(
  { ports, project }: { readonly ports: DeployPorts; readonly project: Project },
  { planned, declared }: Decided,
  ledger: LedgerState,
): Promise<Omit<PlannedFor, "choices">> {
  const live = declared?.live ?? (await readTarget(ports)).catalog;
  const textsOf = unitTexts(project);
  return {
    target: { ...stateOf(live, ledger), objects: objectDigests(live) },
    ...withoutValues(planned.plan, textsOf),
    needs: planned.needs,
    ...(declared === undefined
      ? {}
      : {
          declared: { schema: declared.schema, change: catalogChange(live, declared.expected) },
        }),
  };
}

export interface PinnedJob {
  readonly ports: DeployPorts;
  readonly project: Project;
  readonly seed: "no" | "if-any" | "must";
  readonly planFile: PlanFile;
  /** For the ledger's own queries. */
  readonly own: Session;
  readonly work: Session;
}

/** What a deploy does by a plan's file; refused with PLAN.STALE where it is not for this target as it is now. */
export async function decidedBefore(job: PinnedJob, ledger: LedgerState): Promise<Decided> {
  const { ports, project, planFile, own, work } = job;
  const { plan, target } = planFile;
  refuseOtherTool(planFile, ports.identity.toolVersion);
  const strategy = strategyOf(plan);
  if (job.seed === "must") refuseNoSeeds(project);
  const { condition } = await lookAtTarget(own, ledger);
  const script = await scriptOptions(ports, project, work);
  const { catalog: live, today } = await readTarget(ports);
  const now = stateOf(live, ledger);
  if (now.ledger !== target.ledger || now.catalog !== target.catalog) {
    const last = ledger.kind === "absent" ? "other" : await lastDeployment(own, plan);
    if (last !== "this") {
      const changes = changesSince(target, live);
      throw otherState(now, target, { label: ports.database.label, last, changes });
    }
    const empty = { ...plan, units: [], healed: [], notes: [carriedOut] };
    return {
      strategy,
      target: condition,
      planned: { plan: empty, edited: [], needs: planFile.needs },
      ...(await seedsOf(job, script, empty)),
      declared: undefined,
    };
  }
  refuseOtherSettings(plan, project);
  refuseOtherFiles(plan, project);
  const units = await unitsOf({ ...planFile, strategy }, { project, ledger, script });
  const notes = [...plan.notes, ...movedOn(plan, project, ledger)];
  const planned = { plan: { ...plan, units, notes }, edited: [], needs: planFile.needs };
  return {
    strategy,
    target: condition,
    planned,
    ...(await seedsOf(job, script, planned.plan)),
    declared: declaredBefore(planFile, { planned, live, today }),
  };
}

/** What the plan gives them, to whom and on what, is not in its file: behind one, their rights are the server's to tell. */
async function seedsOf(
  { seed, project, planFile }: PinnedJob,
  script: ScriptOptions,
  plan: Plan,
): Promise<Pick<Decided, "seeds" | "needs">> {
  const tally = createNeedsTally();
  const seeds = seed === "no" ? [] : await planSeeds(project, script, tally);
  const own = tally.needs();
  if (plan.units.length === 0) return { seeds, needs: own };
  const locksMax = Math.max(planFile.needs.locksMax, own.locksMax);
  return { seeds, needs: { ...planFile.needs, locksMax } };
}

async function readTarget(ports: DeployPorts): Promise<TargetCatalog> {
  return await readTargetCatalog(ports.database, await replayPortsOf(ports));
}

function stateOf(catalog: Catalog, ledger: LedgerState): TargetState {
  return { catalog: fingerprint(catalog, "strict"), ledger: ledgerStateHash(ledger) };
}

function unitTexts(project: Project): (id: string) => UnitTexts {
  const contentOf = contentsOf(project);
  return (id) => {
    const { content = "", included } = contentOf(id);
    return { own: content, included: included.flatMap(({ text }) => text ?? []) };
  };
}

function refuseOtherTool({ madeBy }: PlanFile, toolVersion: string): void {
  if (madeBy === toolVersion) return;
  throw stale(`lockstep ${madeBy} made the plan, and this is ${toolVersion}`);
}

function refuseOtherSettings({ scope, settings }: Plan, { config }: Project): void {
  if (scope !== config.scope) {
    throw stale(`the plan is of the scope ${scope}, and the project's is ${config.scope}`);
  }
  const [now, then] = [config.settings, settings].map((each) =>
    JSON.stringify(Object.entries(each).toSorted()),
  );
  if (now !== then) throw stale("the config has other settings than when the plan was made");
}

/** The ledger takes texts and hashes from the files, so they must be those that the plan was made of. */
function refuseOtherFiles(plan: Plan, project: Project): void {
  const { baseline, migrations, replaced } = project;
  const known = new Map(
    [
      ...replaced,
      ...migrations,
      ...(baseline === undefined
        ? []
        : [{ id: baselineId, bytesHash: baselineBytesHash(baseline) }]),
    ].map(({ id, bytesHash }) => [id, bytesHash]),
  );
  const own = plan.units.filter(({ identity }) => identity.kind !== "declared");
  const used: readonly UnitIdentity[] = [
    ...own.map(({ identity }) => identity),
    ...own.flatMap((unit) => (unit.kind === "sql" ? unit.included : [])),
    ...plan.healed.map(({ identity }) => identity),
  ];
  for (const { id, bytesHash, path } of used) {
    if (known.get(id) === bytesHash) continue;
    throw stale(`${path} is not as it was when the plan was made`, { file: path });
  }
  const textsOf = unitTexts(project);
  for (const unit of own) {
    if (unit.kind !== "sql" || holdsStatements(textsOf(unit.identity.id), unit)) continue;
    const { path } = unit.identity;
    const message = `the plan has statements for ${path} that are not in it`;
    throw new LockstepError("PLAN.FILE_CHANGED", message, { where: { file: path } });
  }
}

function strategyOf({ strategy }: Plan): StrategyKind {
  if (strategy !== "rollback") return strategy;
  throw new LockstepError("PLAN.FILE_INVALID", "the plan is one of a rollback, which no deploy is");
}

type Pinned = Pick<PlanFile, "plan" | "texts" | "choices"> & { readonly strategy: StrategyKind };

/** The file's own; those that hold values are read again. */
async function unitsOf(
  { plan, texts, choices, strategy }: Pinned,
  given: Pick<Parameters<typeof makePlan>[0], "project" | "ledger" | "script">,
): Promise<readonly PlannedUnit[]> {
  if (Object.keys(texts).length === 0) return plan.units;
  const made = await makePlan({ ...given, strategy, choices });
  const textsOf = unitTexts(given.project);
  return plan.units.map((unit) => {
    const { id, path } = unit.identity;
    if (texts[id] === undefined) return unit;
    const again = made.plan.units.find(({ identity }) => identity.id === id);
    if (again === undefined || texts[id] !== textsOf(id).own) {
      throw stale(`${path} is not as it was when the plan was made`, { file: path });
    }
    return again;
  });
}

/** What the project has by now and the plan does not: the next deploy's. */
function movedOn(plan: Plan, project: Project, ledger: LedgerState): readonly Finding[] {
  const declared = declaredOf(project);
  const [unit] = plan.units;
  if (declared !== undefined) {
    const hash = declaredBytesHash(declared);
    if (hash === undefined || unit === undefined || hash === unit.identity.bytesHash) return [];
    return [later("the declared schema was changed since the plan was made")];
  }
  const entries = ledger.kind === "present" ? ledger.entries : [];
  const known = new Set([
    ...entries.map(({ id }) => id),
    ...plan.units.flatMap(({ identity }) => identity.id),
    ...plan.units.flatMap((one) => (one.kind === "sql" ? one.included.map(({ id }) => id) : [])),
  ]);
  const open = project.migrations.filter(({ id }) => !known.has(id)).map(({ id }) => id);
  return open.length === 0 ? [] : [later(`the plan does not hold ${open.join(", ")}`)];
}

function later(what: string): Finding {
  const message = `${what}: a further deploy goes on from there`;
  return { code: "PLAN.MOVED_ON", severity: "info", message };
}

function declaredBefore(
  { declared, isProved, plan }: PlanFile,
  found: Pick<DeclaredPlan, "planned" | "live" | "today">,
): DeclaredPlan | undefined {
  if (declared === undefined) return undefined;
  refuseTorn(plan, declared);
  return {
    ...found,
    schema: declared.schema,
    expected: changedCatalog(found.live, declared.change),
    proof: { kind: isProved ? "before" : "skipped" },
    sql: planSql(declared.schema.segments),
  };
}

/** A file says its statements twice: what each is for, and how they are sent. Whoever reads one must know the other. */
function refuseTorn({ units }: Plan, { schema }: DeclaredPart): void {
  const sent = units.flatMap((unit) => (unit.kind === "sql" ? sentBy(unit) : []));
  const shown = schema.segments.flatMap(({ steps }) => steps.flatMap((step) => step.statements));
  if (sent.join(";\n") === shown.join(";\n")) return;
  const message = "the plan would send other statements than it shows";
  throw new LockstepError("PLAN.FILE_CHANGED", message);
}

function sentBy({ segments }: SqlUnit): readonly string[] {
  return segments.flatMap((segment) => {
    if (segment.kind === "interpreted") return [segment.text];
    const steps = segment.kind === "transaction" ? segment.steps : [segment.step];
    return steps.map(({ sql }) => sql);
  });
}

/** Whether the newest deployment was one of this very plan, and whether it came to its end. */
async function lastDeployment(
  own: Session,
  { scope, hash }: Plan,
): Promise<"this" | "this, cut off" | "other"> {
  const [row] = await own.query(
    `select plan_hash, outcome from lockstep.deployments where scope = $1
    order by started_at desc limit 1`,
    [scope],
  );
  if (row === undefined || optionalTextOf(row, "plan_hash") !== hash) return "other";
  return textOf(row, "outcome") === "done" ? "this" : "this, cut off";
}

const carriedOut: Finding = {
  code: "PLAN.CARRIED_OUT",
  severity: "info",
  message: "this plan was carried out before",
};

function otherState(
  now: TargetState,
  then: TargetState,
  {
    label,
    last,
    changes,
  }: {
    readonly label: string;
    readonly last: "this, cut off" | "other";
    readonly changes: readonly string[];
  },
): LockstepError {
  if (last === "other") {
    const message =
      now.ledger === then.ledger
        ? `the schema of ${label} was changed since the plan was made`
        : `${label} has other migrations applied than when the plan was made`;
    return stale(message, { notes: changes });
  }
  return new LockstepError("PLAN.STALE", "the last deploy of this plan did not come to its end", {
    state: "what it did is recorded: lockstep status",
    next: "lockstep plan --out FILE   (a plan of the rest)",
  });
}

const changesShown = 20;

/** Object by object, where the plan's file says what there was. */
function changesSince({ objects }: TargetState, live: Catalog): readonly string[] {
  if (objects === undefined) return [];
  const { added, removed, changed } = changedObjects(objects, objectDigests(live));
  const lines = [
    ...changed.map((id) => `${worded(id)} was changed`),
    ...added.map((id) => `${worded(id)} is new`),
    ...removed.map((id) => `${worded(id)} is gone`),
  ];
  const more = lines.length - changesShown;
  return more > 0 ? [...lines.slice(0, changesShown), `and ${more} more`] : lines;
}

function worded(id: FactId): string {
  return id.replace(":", " ");
}

interface Stale {
  readonly file?: string;
  readonly notes?: readonly string[];
}

function stale(message: string, { file, notes = [] }: Stale = {}): LockstepError {
  const where = file === undefined ? {} : { where: { file } };
  return new LockstepError("PLAN.STALE", message, {
    ...where,
    notes,
    state: "nothing was changed",
  });
}
