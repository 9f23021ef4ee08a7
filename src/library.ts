/**
 * The deploying use cases for programs: an options object in, a typed report out. Nothing is printed, no environment
 * is changed, and nothing of the process is touched; what happens meanwhile is told to `onProgress`.
 */
import { processSurroundings } from "./adapters/node/environment.ts";
import { compose, type Parts } from "./compose.ts";
import { LockstepError } from "./core/errors.ts";
import type { AdoptReport } from "./deploy/adopt.ts";
import type { HistoryReport } from "./deploy/history.ts";
import type { DeployPorts } from "./deploy/ports.ts";
import type { Repair, RepairReport } from "./deploy/repair.ts";
import type { DeployReport } from "./deploy/report.ts";
import type { RollbackReport, WayTaken } from "./deploy/rollback.ts";
import type { SeedReport } from "./deploy/seed.ts";
import type { StatusReport } from "./deploy/status.ts";
import type { VerifyReport } from "./deploy/verify.ts";
import type { WaitReport } from "./deploy/wait.ts";
import { deployPortsOf } from "./deploy-ports.ts";
import { checkedOptions, type OptionTable } from "./library-options.ts";
import type { Plan } from "./plan/plan.ts";
import type { Progress } from "./ports/progress.ts";
import type { BackupPolicy } from "./project/config.ts";
import { mayRunMigrations } from "./project/run-migrations.ts";

/** What every function takes. */
export interface CommonOptions {
  /** The project's folder; by default found from the working folder upwards. */
  readonly project?: string;
  /** The config file, relative to the project's folder. */
  readonly config?: string;
  /** A target of the config. */
  readonly target?: string;
  /** The database's URL, instead of a target or the environment's DATABASE_URL. */
  readonly url?: string;
  /** Values for ${NAME} and :NAME in SQL, before those of the config. */
  readonly variables?: Readonly<Record<string, string>>;
  /** By default process.env, which is read and never changed. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** What it throws is nobody's affair: a listener stops nothing. */
  readonly onProgress?: Progress;
  /** Stops before the next step, with DEPLOY.INTERRUPTED or USAGE.INTERRUPTED. */
  readonly signal?: AbortSignal;
}

const commonOptions: OptionTable<CommonOptions> = {
  ...{ project: "text", config: "text", target: "text", url: "text", environment: "values" },
  ...{ variables: "strings" },
  ...{ onProgress: "function", signal: "signal" },
};

export interface ChangeOptions extends CommonOptions {
  /** How long another deploy is waited for; ten minutes by default. */
  readonly lockWaitMs?: number;
}

const changeOptions: OptionTable<ChangeOptions> = { ...commonOptions, lockWaitMs: "count" };

/** The backup before a change, nearer than the config. */
export interface BackedUpOptions extends ChangeOptions {
  readonly backup?: BackupPolicy;
  /** A folder, or the URL of a store. */
  readonly backupTo?: string;
}

const backedUpOptions: OptionTable<BackedUpOptions> = {
  ...changeOptions,
  ...{ backup: ["auto", "always", "never"], backupTo: "text" },
};

export interface DeployOptions extends BackedUpOptions {
  /** No further than this migration. */
  readonly to?: string;
  /** Only plans: nothing is changed. */
  readonly planOnly?: boolean;
  /** Only compares ledger and files: nothing is changed. By default as RUN_MIGRATIONS of the environment says. */
  readonly verifyOnly?: boolean;
  /** Runs the seeds afterwards, also when nothing was lacking. */
  readonly seed?: boolean;
  /** Whether the live schema is looked at afterwards; by default when something was applied. */
  readonly verify?: "always" | "after" | "never";
  readonly allowEdited?: readonly string[];
  readonly allowMissing?: boolean;
  readonly allowOutOfOrder?: boolean;
  readonly splitBaseline?: boolean;
  /** What a declared schema's plan may drop: kinds of objects, or `all`. */
  readonly allowDrop?: readonly string[];
  /** A declared schema's plan drops nothing. */
  readonly additive?: boolean;
  /** `rebuild`: a table whose columns stand in another order than declared is made again, with its rows. */
  readonly columnOrder?: "keep" | "rebuild";
  /** False: a declared schema's plan is not tried in scratch first. */
  readonly prove?: boolean;
  /** How long a server that is not there yet is waited for; 15 seconds by default. */
  readonly retryForMs?: number;
}

const deployOptions: OptionTable<DeployOptions> = {
  ...backedUpOptions,
  ...{ to: "text", planOnly: "flag", verifyOnly: "flag", seed: "flag", prove: "flag" },
  ...{ allowEdited: "texts", allowMissing: "flag", allowOutOfOrder: "flag", allowDrop: "texts" },
  ...{ splitBaseline: "flag", additive: "flag", columnOrder: ["keep", "rebuild"] },
  ...{ verify: ["always", "after", "never"], retryForMs: "count" },
};

/** Brings the database to what the project says. */
export async function deploy(options: DeployOptions = {}): Promise<DeployReport> {
  return await bringUp(checkedOptions("deploy", options, deployOptions));
}

/** What a deploy would do now. */
export async function plan(options: DeployOptions = {}): Promise<DeployReport> {
  return await bringUp({ ...checkedOptions("plan", options, deployOptions), planOnly: true });
}

async function bringUp(options: DeployOptions): Promise<DeployReport> {
  return await withParts(options, async ({ parts, ports }) => {
    const useCase = await import("./deploy/deploy.ts");
    const { backup: policy, backupTo: to, ...others } = options;
    return await useCase.deploy(ports, {
      verifyOnly: !mayRunMigrations(await parts.environment()),
      ...others,
      backup: { policy, to },
      today: new Date().toISOString().slice(0, 10),
      project: await parts.project(),
    });
  });
}

/** What is applied, what is lacking, what does not fit. */
export async function status(options: CommonOptions = {}): Promise<StatusReport> {
  const checked = checkedOptions("status", options, commonOptions);
  return await withParts(checked, async ({ parts, ports, signal }) => {
    const useCase = await import("./deploy/status.ts");
    return await useCase.status(ports, { project: await parts.project(), ...signal });
  });
}

export interface HistoryOptions extends CommonOptions {
  /** How many at most, of events and of attempts. */
  readonly limit?: number;
}

const historyOptions: OptionTable<HistoryOptions> = { ...commonOptions, limit: "count" };

/** What happened, the newest first. */
export async function history(options: HistoryOptions = {}): Promise<HistoryReport> {
  const { limit, ...common } = checkedOptions("history", options, historyOptions);
  return await withParts(common, async ({ parts, ports, signal }) => {
    const useCase = await import("./deploy/history.ts");
    const { scope } = await parts.config();
    return await useCase.history(ports, {
      scope,
      ...(limit === undefined ? {} : { limit }),
      ...signal,
    });
  });
}

/** The ledger against the files. */
export async function verify(options: CommonOptions = {}): Promise<VerifyReport> {
  const checked = checkedOptions("verify", options, commonOptions);
  return await withParts(checked, async ({ parts, ports, signal }) => {
    const useCase = await import("./deploy/verify.ts");
    return await useCase.verify(ports, { project: await parts.project(), ...signal });
  });
}

export interface AdoptOptions extends ChangeOptions {
  /** The name of the tool whose history is there, or auto; by default none. */
  readonly from?: string;
  readonly applied?: { readonly upTo: string } | "all";
  /** Ids of files that are taken for what was applied although their hashes differ. */
  readonly allowEdited?: readonly string[];
}

const adoptOptions: OptionTable<AdoptOptions> = {
  ...changeOptions,
  ...{ from: "text", applied: "upTo", allowEdited: "texts" },
};

/** Takes over a database that has objects and no ledger. */
export async function adopt(options: AdoptOptions = {}): Promise<AdoptReport> {
  const checked = checkedOptions("adopt", options, adoptOptions);
  return await withParts(checked, async ({ parts, ports, signal }) => {
    const useCase = await import("./deploy/adopt.ts");
    const { from, applied, allowEdited = [], lockWaitMs } = checked;
    const request = { from, applied, allowEdited, lockWaitMs, ...signal };
    return await useCase.adopt(ports, { project: await parts.project(), ...request });
  });
}

export interface RepairOptions extends ChangeOptions {
  readonly repairs?: readonly Repair[];
}

const repairOptions: OptionTable<RepairOptions> = { ...changeOptions, repairs: "list" };

/** Corrects the ledger by a person's word. */
export async function repair(options: RepairOptions = {}): Promise<RepairReport> {
  const checked = checkedOptions("repair", options, repairOptions);
  return await withParts(checked, async ({ parts, ports, signal }) => {
    const useCase = await import("./deploy/repair.ts");
    const { repairs = [], lockWaitMs } = checked;
    const request = { repairs, lockWaitMs, ...signal };
    return await useCase.repair(ports, { project: await parts.project(), ...request });
  });
}

export interface RollbackOptions extends BackedUpOptions {
  /** This one stays, what was applied after it goes. */
  readonly to?: string;
  /** So many, the newest first; 1 without `to`. */
  readonly steps?: number;
  /** All that this deployment applied; they must be the newest. */
  readonly deployment?: string;
  /** False: nothing is tried in scratch, and only down files count. */
  readonly prove?: boolean;
  /** Called with the plan, and what can't come back, before anything is changed; throw to stop. */
  readonly confirm?: (plan: Plan, ways: readonly WayTaken[]) => Promise<void>;
}

const rollbackOptions: OptionTable<RollbackOptions> = {
  ...backedUpOptions,
  ...{ to: "text", steps: "count", deployment: "text", prove: "flag", confirm: "function" },
};

/** Takes back the newest migrations, by their down files or by the inverse of what they changed. */
export async function rollback(options: RollbackOptions = {}): Promise<RollbackReport> {
  const checked = checkedOptions("rollback", options, rollbackOptions);
  return await withParts(checked, async ({ parts, ports }) => {
    const useCase = await import("./deploy/rollback.ts");
    const { backup: policy, backupTo, ...others } = checked;
    const project = await parts.wholeProject();
    return await useCase.rollback(ports, { ...others, backup: { policy, to: backupTo }, project });
  });
}

/** Runs the project's seeds. */
export async function seed(options: BackedUpOptions = {}): Promise<SeedReport> {
  const checked = checkedOptions("seed", options, backedUpOptions);
  return await withParts(checked, async ({ parts, ports, signal }) => {
    const useCase = await import("./deploy/seed.ts");
    const { backup: policy, backupTo: to, lockWaitMs } = checked;
    const request = { backup: { policy, to }, lockWaitMs, ...signal };
    return await useCase.seed(ports, { project: await parts.project(), ...request });
  });
}

export interface WaitOptions extends CommonOptions {
  /** Not only until the server is up: until all of the project's migrations are applied. */
  readonly applied?: boolean;
  /** One minute by default. */
  readonly timeoutMs?: number;
}

const waitOptions: OptionTable<WaitOptions> = {
  ...commonOptions,
  ...{ applied: "flag", timeoutMs: "count" },
};

/** Waits for the server, or for somebody else's deploy. Only reads. */
export async function wait(options: WaitOptions = {}): Promise<WaitReport> {
  const checked = checkedOptions("wait", options, waitOptions);
  return await withParts(checked, async ({ parts, ports, signal }) => {
    const useCase = await import("./deploy/wait.ts");
    const { applied = false, timeoutMs = useCase.waitTimeoutMsDefault } = checked;
    const project = applied ? { project: await parts.project() } : {};
    const { clock, database, progress } = ports;
    const request = { database, clock, progress, timeoutMs, ...project, ...signal };
    return await useCase.wait(request);
  });
}

interface Wired {
  readonly parts: Parts;
  readonly ports: DeployPorts;
  readonly signal: { readonly signal?: AbortSignal };
}

async function withParts<Result>(
  options: CommonOptions,
  body: (wired: Wired) => Promise<Result>,
): Promise<Result> {
  const { signal } = options;
  refuseAborted(signal);
  const progress = quietly(options.onProgress);
  const surroundings = processSurroundings();
  const parts: Parts = compose({
    projectFolder: options.project,
    configFile: options.config,
    target: options.target,
    url: options.url,
    variables: options.variables,
    environment: options.environment ?? surroundings.environment,
    workingFolder: surroundings.workingFolder,
    signal,
    note: (message) => progress({ event: "note", message }),
  });
  try {
    const ports = await deployPortsOf(parts, progress);
    return await body({ parts, ports, signal: signal === undefined ? {} : { signal } });
  } catch (error) {
    // What breaks because it was aborted is no failure of its own.
    if (!(error instanceof LockstepError)) refuseAborted(signal);
    throw error;
  } finally {
    await parts.close();
  }
}

function refuseAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted !== true) return;
  throw new LockstepError("USAGE.INTERRUPTED", "stopped by the signal that was given", {
    cause: signal.reason,
  });
}

/** A listener that fails in the middle of a transaction must not decide what becomes of it. */
function quietly(listen: Progress | undefined): Progress {
  return (event) => {
    try {
      listen?.(event);
    } catch {
      // Whoever listens has been told that it is lost.
    }
  };
}
