/**
 * A project's files applied to a scratch database by the steps that a deploy is made of, the ledger included: what
 * is proved is then what a deploy does. It never touches a target, and a failure leaves nothing behind but a scratch
 * database that its owner drops.
 */
import type { Catalog } from "../../../catalog/fact.ts";
import { LockstepError } from "../../../core/errors.ts";
import type { JournalEntry } from "../../../ledger/ledger.ts";
import { createNeedsTally } from "../../../plan/needs.ts";
import { sealPlan, type PlannedUnit } from "../../../plan/plan.ts";
import type { ScriptOptions } from "../../../plan/script.ts";
import { baselineUnitOf, downUnitOf, identityOf, unitOf } from "../../../plan/unit.ts";
import { ServerError, type Session } from "../../../ports/database.ts";
import type { ScratchDatabase } from "../../../ports/scratch.ts";
import type { MigrationFile, SqlText } from "../../../project/migration.ts";
import type { Project } from "../../../project/project.ts";
import type { Baseline } from "../../../project/schema.ts";
import { applyUnits } from "../apply/apply.ts";
import type { ApplyContext, WorkSession } from "../apply/context.ts";
import { contentsOf } from "../contents.ts";
import { hashedFiles } from "../as-hashed.ts";
import { openDeployment } from "../ledger/deployment.ts";
import { ensureLedger } from "../ledger/ensure.ts";
import { readLedger } from "../ledger/read.ts";
import { scriptOptions } from "../script-options.ts";
import { missingRole, nothingTouched, sourceError } from "../source/failure.ts";
import { RoleNeeded } from "../source/load.ts";
import { lackingSchema, makeSchema } from "../target-schema.ts";
import { workOptions } from "../work-session.ts";
import type { ReplayPorts } from "./ports.ts";
import { standInRole } from "../source/stand-in-role.ts";

export type ReplayStep =
  | {
      readonly kind: "baseline";
      readonly baseline: Baseline;
      readonly included: readonly MigrationFile[];
    }
  | { readonly kind: "up"; readonly file: MigrationFile }
  | { readonly kind: "down"; readonly file: MigrationFile; readonly down: SqlText };

export interface ReplayOptions {
  readonly ports: ReplayPorts;
  readonly project: Project;
  readonly database: ScratchDatabase;
  /** Roles that the SQL names are made where the server is ours alone. */
  readonly mayMakeRoles: boolean;
  readonly signal: AbortSignal | undefined;
}

export interface Replay {
  readonly database: ScratchDatabase;
  /** What an external step stands for is not there afterwards: the caller says so. */
  apply(step: ReplayStep): Promise<void>;
  catalog(): Promise<Catalog>;
  /** For looking at rows and putting some in. */
  session(): Promise<Session>;
  /** Another database in the same state. */
  copy(): Promise<Replay>;
  /** Drops the database. */
  close(): Promise<void>;
}

export async function openReplay(options: ReplayOptions): Promise<Replay> {
  const replay = replayOn(options);
  await replay.begin();
  return replay;
}

interface Sessions {
  readonly work: WorkSession;
  readonly look: Session;
  readonly script: ScriptOptions;
}

function replayOn(options: ReplayOptions): Replay & { begin(): Promise<void> } {
  const { database, ports } = options;
  const deploymentId = crypto.randomUUID();
  let open: Sessions | undefined;
  const sessions = async (): Promise<Sessions> => (open ??= await connect(options, deploymentId));
  /** A database can be copied and dropped only when nobody is connected. */
  const rest = async (): Promise<void> => {
    const ending = open;
    open = undefined;
    await Promise.all([ending?.work.current.close(), ending?.look.close()]);
  };
  return {
    database,
    begin: async () => {
      const { work, look } = await sessions();
      const { toolVersion } = ports.identity;
      await ensureLedger(work.current, { clock: ports.clock, toolVersion });
      const { config } = options.project;
      const { settings } = config;
      const lacking = await lackingSchema(look, config);
      if (lacking !== undefined) await makeSchema(look, lacking);
      const { record } = contextOf(options, deploymentId, look);
      await openDeployment(work.current, record, { kind: "deploy", settings, planHash: undefined });
    },
    apply: async (step) => {
      const { work, look, script } = await sessions();
      const context = contextOf(options, deploymentId, look);
      await applyStep(options, { context, work, script }, step);
    },
    catalog: async () => await ports.readCatalog((await sessions()).look, { inScratch: true }),
    session: async () => (await sessions()).look,
    copy: async () => {
      await rest();
      const copied = await database.copy();
      return await openReplay({ ...options, database: copied });
    },
    close: async () => {
      await rest();
      await database.drop();
    },
  };
}

async function connect(options: ReplayOptions, deploymentId: string): Promise<Sessions> {
  const { database, ports, project } = options;
  const { settings, statementTimeoutMs } = project.config;
  const [work, look] = await Promise.all([
    database.connect(workOptions(deploymentId, settings, statementTimeoutMs)),
    database.connect({ applicationName: "lockstep catalog" }),
  ]);
  const script = inScratch(await scriptOptions(ports, project, look));
  return { work: { current: work }, look, script };
}

/** Nobody else deploys here, so there is no lock to hold. */
function contextOf(options: ReplayOptions, deploymentId: string, look: Session): ApplyContext {
  const { ports, project, database } = options;
  const { config } = project;
  const { scope, lockTimeoutMs, statementTimeoutMs, settings } = config;
  return {
    database,
    clock: ports.clock,
    progress: () => undefined,
    record: { scope, deploymentId, identity: ports.identity },
    settings: { lockTimeoutMs, lockRetries: 0, statementTimeoutMs, settings },
    observer: look,
    assertHeld: async () => undefined,
    guard: undefined,
    pooled: false,
    signal: options.signal,
    contentOf: contentsOf(project),
    readFile: hashedFiles(ports.files, project).read,
    variables: config.variables,
    loadModule: ports.loadModule,
  };
}

interface Applying {
  readonly context: ApplyContext;
  readonly work: WorkSession;
  readonly script: ScriptOptions;
}

/** Where a role is lacking it is made, and the step goes on where it stopped, as a deploy would. */
async function applyStep(options: ReplayOptions, on: Applying, step: ReplayStep): Promise<void> {
  const made = new Set<string>();
  let journal: readonly JournalEntry[] = [];
  for (;;) {
    try {
      await applyOnce(options, { ...on, journal }, step);
      return;
    } catch (error) {
      const role = roleLackingIn(error);
      if (role === undefined || made.has(role)) throw asReplayFailure(error);
      if (!options.mayMakeRoles) throw new RoleNeeded(role);
      made.add(role);
      await on.context.observer.script(standInRole(role));
      const ledger = await readLedger(on.context.observer, options.project.config.scope);
      journal = ledger.kind === "present" ? ledger.journal : [];
    }
  }
}

async function applyOnce(
  options: ReplayOptions,
  { context, work, script, journal }: Applying & { readonly journal: readonly JournalEntry[] },
  step: ReplayStep,
): Promise<void> {
  const { project } = options;
  const unit = await unitOfStep(step, {
    ...script,
    journal,
    baselineLocksMax: undefined,
    needs: createNeedsTally(),
  });
  if (unit.kind === "external") return;
  const plan = sealPlan({
    format: 1,
    scope: project.config.scope,
    strategy: step.kind === "down" ? "rollback" : "migrate",
    settings: project.config.settings,
    units: [unit],
    healed: [],
    notes: [],
  });
  await applyUnits(context, work, plan);
}

/** A file may \connect to the database that it is written for: here it is this one, whatever its name. */
function inScratch(script: ScriptOptions): ScriptOptions {
  return { ...script, connection: { ...script.connection, isAnywhere: true } };
}

async function unitOfStep(
  step: ReplayStep,
  options: Parameters<typeof unitOf>[1],
): Promise<PlannedUnit> {
  switch (step.kind) {
    case "baseline":
      return await baselineUnitOf(step.baseline, step.included, options);
    case "up":
      return await unitOf(step.file, options);
    case "down": {
      const { file, down } = step;
      const noTransaction = file.kind === "sql" && file.noTransaction !== undefined;
      return await downUnitOf({ identity: identityOf(file), down, noTransaction }, options);
    }
  }
}

function roleLackingIn(error: unknown): string | undefined {
  if (!(error instanceof LockstepError)) return undefined;
  return error.cause instanceof ServerError ? missingRole(error.cause) : undefined;
}

/** The state and the next step of a deploy's failure are about a target; here there is none. */
function asReplayFailure(error: unknown): unknown {
  if (!(error instanceof LockstepError)) return error;
  const state = nothingTouched;
  const told = error.cause instanceof ServerError ? sourceError(error.cause, error) : error;
  return told.with({ state, next: "Correct it, then: lockstep test" });
}
