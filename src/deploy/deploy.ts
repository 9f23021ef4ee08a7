/**
 * The main use case: brings a database to what the project says. When nothing is lacking it ends after one
 * connection and one query; everything that the rest needs is imported only then. What the server needs a while for
 * is asked first and waited for last.
 */
// Not the global one, which brings the whole of Web Crypto.
import { randomUUID } from "node:crypto";
import type { PlanChoices } from "../plan/make.ts";
import type { PlanFile } from "../plan/plan-file.ts";
import type { Config } from "../project/config.ts";
import type { Project } from "../project/project.ts";
import type { Session } from "../ports/database.ts";
import type { DeployPorts } from "./ports.ts";
import type { DeployReport } from "./report.ts";
import { connectPatiently, retryForMsDefault } from "./steps/connect.ts";
import type { VerifyMode } from "./steps/live/after-deploy.ts";
import type { SafeguardChoices } from "./steps/safeguard/ports.ts";
import { lockSession } from "./steps/sessions.ts";
import { takeFirstLook } from "./steps/ledger/read.ts";
import { translated } from "./steps/translate.ts";
import { isUpToDate } from "./steps/up-to-date.ts";
import { refuseLostSettings, workOptions } from "./steps/work-session.ts";

export interface DeployRequest extends Partial<PlanChoices> {
  readonly project: Project;
  /** Looks only: RUN_MIGRATIONS=false. */
  readonly verifyOnly?: boolean;
  /** Stops before anything is changed. */
  readonly planOnly?: boolean;
  /** With `planOnly`: also tells the target's state, for a plan's file. */
  readonly pin?: boolean;
  /** A plan that was made before: it, or nothing. */
  readonly planFile?: PlanFile;
  /** Runs the seeds afterwards, also when nothing was lacking. */
  readonly seed?: boolean;
  /** Whether the live schema is looked at afterwards; `after`, the default: when something was applied. */
  readonly verify?: VerifyMode;
  /** Says more than the config about the backup before it. */
  readonly backup?: SafeguardChoices;
  /** YYYY-MM-DD, for exceptions that end. */
  readonly today?: string;
  /** How long another deploy is waited for. */
  readonly lockWaitMs?: number;
  /** How long a server that is not there yet is waited for. */
  readonly retryForMs?: number;
  /** Stops before the next segment. */
  readonly signal?: AbortSignal;
}

/** A project that is read while the server answers. */
export interface ProjectAhead {
  readonly config: Config;
  readonly read: () => Promise<Project>;
}

export interface DeployWish extends Omit<DeployRequest, "project"> {
  readonly project: Project | ProjectAhead;
}

export async function deploy(ports: DeployPorts, wish: DeployWish): Promise<DeployReport> {
  return await translated(() => run(ports, wish));
}

async function run(ports: DeployPorts, wish: DeployWish): Promise<DeployReport> {
  const startedAt = ports.clock.monotonicMs();
  const deploymentId = randomUUID();
  const { config } = wish.project;
  const connecting = connectPatiently({
    database: ports.database,
    options: workOptions(deploymentId, config.settings, config.statementTimeoutMs),
    clock: ports.clock,
    progress: ports.progress,
    retryForMs: wish.retryForMs ?? retryForMsDefault,
    signal: wish.signal,
  });
  const request = { ...wish, project: await readMeanwhile(wish.project, connecting) };
  const session = await connecting;
  const work = { current: session };
  try {
    await refuseLostSettings(session, config.settings);
    const look = await takeFirstLook(session, config.scope);
    const outcome =
      look.head !== undefined && isUpToDate(request.project, look.head) && !wantsMore(request)
        ? nothingToDo(request)
        : await goOn({
            ...{ ports, request, deploymentId, work, lockSession: undefined },
            hadLedger: look.head !== undefined,
          });
    const durationMs = Math.round(ports.clock.monotonicMs() - startedAt);
    return { ...outcome, database: ports.database.label, scope: config.scope, durationMs };
  } finally {
    await work.current.close();
  }
}

/** What is wrong with the project is said first, whatever is wrong with the server. */
async function readMeanwhile(
  project: Project | ProjectAhead,
  connecting: Promise<Session>,
): Promise<Project> {
  if (!("read" in project)) return project;
  // Looked at when the project is there.
  connecting.catch(() => undefined);
  try {
    return await project.read();
  } catch (error) {
    void connecting.then((session) => session.close()).catch(() => undefined);
    throw error;
  }
}

export type DeployResult = Omit<DeployReport, "database" | "scope" | "durationMs">;

export interface DeployJob {
  readonly ports: DeployPorts;
  readonly request: DeployRequest;
  readonly deploymentId: string;
  readonly work: { current: Session };
  /** When it was looked at without a lock. */
  readonly hadLedger: boolean;
  /** The session that will hold the lock, on its way; undefined where nothing can be changed. */
  readonly lockSession: Promise<Session> | undefined;
}

/** Also when nothing is lacking. A migration that is wanted and is not there is refused by the planning. */
function wantsMore(request: DeployRequest): boolean {
  const { seed, verify, verifyOnly, planOnly, planFile, to, project } = request;
  if (planFile !== undefined) return true;
  if (to !== undefined && !project.migrations.some(({ id }) => id === to)) return true;
  return (seed === true || verify === "always") && verifyOnly !== true && planOnly !== true;
}

function nothingToDo(request: DeployRequest): DeployResult {
  return {
    outcome: request.verifyOnly === true ? "verified" : "nothing-to-do",
    strategy: undefined,
    deploymentId: undefined,
    applied: [],
    included: [],
    seeded: [],
    notes: [],
    pending: [],
    backup: undefined,
    plan: undefined,
    proof: undefined,
    schemaPlan: undefined,
    forFile: undefined,
  };
}

async function goOn(job: DeployJob): Promise<DeployResult> {
  const { ports, request, deploymentId } = job;
  const changes = request.verifyOnly !== true && request.planOnly !== true;
  const locking = changes ? ports.database.connect(lockSession(deploymentId)) : undefined;
  // Looked at when the lock is taken.
  locking?.catch(() => undefined);
  const { deployPending } = await import("./pending.ts");
  return deployPending({ ...job, lockSession: locking });
}
