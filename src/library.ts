/**
 * The deploying use cases for programs: an options object in, a typed report out. Nothing is printed, no environment
 * is changed, and nothing of the process is touched; what happens meanwhile is told to `onProgress`.
 */
import { processSurroundings } from "./adapters/node/environment.ts";
import { compose, type Parts } from "./compose.ts";
import type { AdoptReport } from "./deploy/adopt.ts";
import type { HistoryReport } from "./deploy/history.ts";
import type { DeployPorts } from "./deploy/ports.ts";
import type { Repair, RepairReport } from "./deploy/repair.ts";
import type { DeployReport } from "./deploy/report.ts";
import type { RollbackReport } from "./deploy/rollback.ts";
import type { StatusReport } from "./deploy/status.ts";
import type { VerifyReport } from "./deploy/verify.ts";
import { deployPortsOf } from "./deploy-ports.ts";
import type { Plan } from "./plan/plan.ts";
import type { Progress } from "./ports/progress.ts";
import type { Project } from "./project/project.ts";

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
  /** By default process.env, which is read and never changed. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly onProgress?: Progress;
  /** Stops before the next step. */
  readonly signal?: AbortSignal;
}

export interface ChangeOptions extends CommonOptions {
  /** How long another deploy is waited for; ten minutes by default. */
  readonly lockWaitMs?: number;
}

export interface DeployOptions extends ChangeOptions {
  /** No further than this migration. */
  readonly to?: string;
  /** Only plans: nothing is changed. */
  readonly planOnly?: boolean;
  /** Only compares ledger and files: nothing is changed. */
  readonly verifyOnly?: boolean;
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

/** Brings the database to what the project says. */
export async function deploy(options: DeployOptions = {}): Promise<DeployReport> {
  return await withParts(options, async ({ ports, project }) => {
    const useCase = await import("./deploy/deploy.ts");
    return await useCase.deploy(ports, { ...options, project });
  });
}

/** What a deploy would do now. */
export async function plan(options: DeployOptions = {}): Promise<DeployReport> {
  return await deploy({ ...options, planOnly: true });
}

/** What is applied, what is lacking, what does not fit. */
export async function status(options: CommonOptions = {}): Promise<StatusReport> {
  return await withParts(options, async ({ ports, project, signal }) => {
    const useCase = await import("./deploy/status.ts");
    return await useCase.status(ports, { project, ...signal });
  });
}

export interface HistoryOptions extends CommonOptions {
  /** How many at most, of events and of attempts. */
  readonly limit?: number;
}

/** What happened, the newest first. */
export async function history(options: HistoryOptions = {}): Promise<HistoryReport> {
  return await withParts(options, async ({ ports, project, signal }) => {
    const useCase = await import("./deploy/history.ts");
    const limit = options.limit === undefined ? {} : { limit: options.limit };
    return await useCase.history(ports, { scope: project.config.scope, ...limit, ...signal });
  });
}

/** The ledger against the files. */
export async function verify(options: CommonOptions = {}): Promise<VerifyReport> {
  return await withParts(options, async ({ ports, project, signal }) => {
    const useCase = await import("./deploy/verify.ts");
    return await useCase.verify(ports, { project, ...signal });
  });
}

export interface AdoptOptions extends ChangeOptions {
  /** The name of the tool whose history is there, or auto; by default none. */
  readonly from?: string;
  readonly applied?: { readonly upTo: string } | "all";
  /** Ids of files that are taken for what was applied although their hashes differ. */
  readonly allowEdited?: readonly string[];
}

/** Takes over a database that has objects and no ledger. */
export async function adopt(options: AdoptOptions = {}): Promise<AdoptReport> {
  return await withParts(options, async ({ ports, project, signal }) => {
    const useCase = await import("./deploy/adopt.ts");
    const { from, applied, allowEdited = [], lockWaitMs } = options;
    const request = { project, from, applied, allowEdited, lockWaitMs };
    return await useCase.adopt(ports, { ...request, ...signal });
  });
}

export interface RepairOptions extends ChangeOptions {
  readonly repairs?: readonly Repair[];
}

/** Corrects the ledger by a person's word. */
export async function repair(options: RepairOptions = {}): Promise<RepairReport> {
  return await withParts(options, async ({ ports, project, signal }) => {
    const useCase = await import("./deploy/repair.ts");
    const { repairs = [], lockWaitMs } = options;
    return await useCase.repair(ports, { project, repairs, lockWaitMs, ...signal });
  });
}

export interface RollbackOptions extends ChangeOptions {
  /** This one stays, what was applied after it goes. */
  readonly to?: string;
  /** So many, the newest first; 1 without `to`. */
  readonly steps?: number;
  /** Called with the plan before anything is changed; throw to stop. */
  readonly confirm?: (plan: Plan) => Promise<void>;
}

/** Takes back the newest migrations by their down files. */
export async function rollback(options: RollbackOptions = {}): Promise<RollbackReport> {
  return await withParts(options, async ({ ports, project }) => {
    const useCase = await import("./deploy/rollback.ts");
    return await useCase.rollback(ports, { ...options, project });
  });
}

interface Wired {
  readonly ports: DeployPorts;
  readonly project: Project;
  readonly signal: { readonly signal?: AbortSignal };
}

async function withParts<Result>(
  options: CommonOptions,
  body: (wired: Wired) => Promise<Result>,
): Promise<Result> {
  const progress = options.onProgress ?? (() => undefined);
  const surroundings = processSurroundings();
  const parts: Parts = compose({
    projectFolder: options.project,
    configFile: options.config,
    target: options.target,
    url: options.url,
    environment: options.environment ?? surroundings.environment,
    workingFolder: surroundings.workingFolder,
    signal: options.signal,
    note: (message) => progress({ event: "note", message }),
  });
  try {
    const ports = await deployPortsOf(parts, progress);
    const signal = options.signal === undefined ? {} : { signal: options.signal };
    return await body({ ports, project: await parts.project(), signal });
  } finally {
    await parts.close();
  }
}
