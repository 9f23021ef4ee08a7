/**
 * What every changing use case does around its own work: the lock, the end of what dead deployers left, the ledger,
 * the deployment's row with its outcome, and the lock's release, however it ends.
 */
import type { Config } from "../../project/config.ts";
import type { Project } from "../../project/project.ts";
import type { DeploymentKind } from "../../ledger/ledger.ts";
import type { Session } from "../../ports/database.ts";
import type { DeployPorts } from "../ports.ts";
import { abandonedDeployments, closeAbandoned } from "./abandoned.ts";
import type { ApplyContext, WorkSession } from "./apply/context.ts";
import { connectPatiently, retryForMsDefault } from "./connect.ts";
import { contentsOf } from "./contents.ts";
import { checkEnvironment, keepEnvironment } from "./environment.ts";
import { recordFailure } from "./ledger/attempt.ts";
import { closeDeployment, openDeployment } from "./ledger/deployment.ts";
import type { LedgerDraft } from "./ledger/draft.ts";
import { ensureLedger } from "./ledger/ensure.ts";
import { hashedFiles } from "./as-hashed.ts";
import { endLeftovers } from "./leftovers.ts";
import { ownQueries } from "./own-queries.ts";
import { lockWaitMsDefault, takeDeployLock, type HeldLock } from "./lock.ts";
import { refuseLostSettings, workOptions } from "./work-session.ts";

export interface ChangeRequest {
  readonly ports: DeployPorts;
  readonly project: Project;
  readonly deploymentId: string;
  readonly lockWaitMs?: number | undefined;
  readonly retryForMs?: number | undefined;
  /** As of `LockRequest`. */
  readonly lockSession?: Promise<Session> | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface Locked {
  readonly lock: HeldLock;
  readonly work: WorkSession;
}

export async function openWorkSession(request: ChangeRequest): Promise<WorkSession> {
  const { ports, project, deploymentId } = request;
  const { settings, statementTimeoutMs } = project.config;
  const session = await connectPatiently({
    database: ports.database,
    options: workOptions(deploymentId, settings, statementTimeoutMs),
    clock: ports.clock,
    progress: ports.progress,
    retryForMs: request.retryForMs ?? retryForMsDefault,
    signal: request.signal,
  });
  try {
    await refuseLostSettings(session, settings);
  } catch (error) {
    await session.close();
    throw error;
  }
  return { current: session };
}

export async function underLock<Result>(
  request: ChangeRequest,
  work: WorkSession,
  body: (locked: Locked) => Promise<Result>,
): Promise<Result> {
  const { ports, project, deploymentId, signal } = request;
  const { scope } = project.config;
  const lock = await takeDeployLock({
    database: ports.database,
    scope,
    deploymentId,
    identity: ports.identity,
    clock: ports.clock,
    progress: ports.progress,
    waitMs: request.lockWaitMs ?? lockWaitMsDefault,
    session: request.lockSession,
    signal,
  });
  try {
    await endOldDeployments(ownQueries(work.current), scope, ports);
    return await body({ lock, work });
  } finally {
    await lock.release();
  }
}

/** What deploys that were killed left behind: their server processes end first, then their rows are closed. */
async function endOldDeployments(
  session: Session,
  scope: string,
  ports: DeployPorts,
): Promise<void> {
  const abandoned = await abandonedDeployments(session, scope);
  if (abandoned.length === 0) return;
  await endLeftovers(session, abandoned, ports.clock);
  await closeAbandoned(session, abandoned);
}

export interface Opening {
  readonly kind: DeploymentKind;
  readonly planHash: string | undefined;
  /** The ledger, where it was made already and waits for its COMMIT. */
  readonly draft?: LedgerDraft | undefined;
}

/** The deployment's row is open while the body runs, and closed with its outcome. */
export async function recorded<Result>(
  request: ChangeRequest,
  { lock, work }: Locked,
  opening: Opening,
  body: (context: ApplyContext) => Promise<Result>,
): Promise<Result> {
  const { ports, project } = request;
  const context = applyContext(request, lock);
  const { toolVersion } = ports.identity;
  const session = ownQueries(work.current);
  await checkEnvironment(session, ports.environment, ports.database.label);
  if (opening.draft === undefined) {
    await ensureLedger(session, { clock: ports.clock, toolVersion });
  } else {
    await opening.draft.keep();
  }
  await keepEnvironment(session, ports.environment);
  const { settings } = project.config;
  const { kind, planHash } = opening;
  await openDeployment(session, context.record, { kind, planHash, settings });
  try {
    const result = await body(context);
    await closeDeployment(ownQueries(work.current), context.record, undefined);
    return result;
  } catch (error) {
    await recordFailure([ownQueries(work.current), lock.observer], context.record, error);
    throw error;
  }
}

function applyContext(request: ChangeRequest, lock: HeldLock): ApplyContext {
  const { ports, project, deploymentId, signal } = request;
  const { config } = project;
  return {
    database: ports.database,
    clock: ports.clock,
    progress: ports.progress,
    record: { scope: config.scope, deploymentId, identity: ports.identity },
    settings: applySettings(config),
    observer: lock.observer,
    assertHeld: lock.assertHeld,
    lost: lock.lost,
    guard: lock.guard,
    pooled: lock.kind === "lease",
    signal,
    contentOf: contentsOf(project),
    secrets: ports.secrets,
    readFile: hashedFiles(ports.files, project).read,
    variables: config.variables,
    loadModule: ports.loadModule,
  };
}

function applySettings(config: Config): ApplyContext["settings"] {
  const { lockTimeoutMs, lockRetries, statementTimeoutMs, settings } = config;
  return { lockTimeoutMs, lockRetries, statementTimeoutMs, settings };
}
