/**
 * What `lockstep rollback --restore` does, when a deploy went wrong and has no way back: stop the application, restore
 * the backup beside the database, exchange the names, look whether it is well, start the application. Until the names
 * are exchanged the database is as it was, and a failure starts the application again; from then on the same command goes
 * on with the hooks. It holds the deploy locks until then: no deploy changes what is about to be put aside, and what was
 * confirmed is what is taken back.
 */
import type { BackupKey } from "../backup/cipher.ts";
import type { Manifest } from "../backup/manifest.ts";
import { InternalError, LockstepError } from "../core/errors.ts";
import type { Finding } from "../core/findings.ts";
import { receiptOf, receiptsQuery, type RecordedReceipt } from "../ledger/receipts.ts";
import type { BackupStore } from "../ports/backup-store.ts";
import type { Session } from "../ports/database.ts";
import type { Programs } from "../ports/programs.ts";
import type { HooksConfig } from "../project/config.ts";
import type { Project } from "../project/project.ts";
import type { DeployPorts } from "./ports.ts";
import type { BackupPorts } from "./steps/backup/ports.ts";
import { copySession, withSession } from "./steps/backup/sessions.ts";
import { openMaintenance } from "./steps/database/maintenance.ts";
import { nameBeside, switchDatabases } from "./steps/database/switch.ts";
import { lockOutDeploys, type LockedOut } from "./steps/lock-out.ts";
import { openBackup, type OpenBackup } from "./steps/restore/backup-file.ts";
import { restoreBeside } from "./steps/restore/beside.ts";
import {
  findInPlace,
  finishInPlace,
  recordInPlace,
  type InPlace,
  type InPlaceRecord,
} from "./steps/restore/in-place.ts";
import { readNewerRows, type NewerTable } from "./steps/restore/newer-rows.ts";
import { refusePartial } from "./steps/restore/partial.ts";

export interface RestoreRollbackPorts {
  readonly deploy: DeployPorts;
  readonly backup: Omit<BackupPorts, "store">;
  readonly storeAt: (location: string) => Promise<BackupStore>;
  readonly programs: Programs;
}

export interface RestoreRollbackRequest {
  readonly project: Project;
  /** Undefined: the newest whole backup that the ledger has a receipt of. */
  readonly location: string | undefined;
  readonly key: BackupKey;
  readonly jobs: number;
  readonly maintenance?: string | undefined;
  /** Rows that were written since the backup are lost, and that is meant. */
  readonly discardNewer: boolean;
  /** Asked before the application is stopped, and not where an earlier run came past that; throws to stop. */
  readonly confirm: (plan: RestorePlan) => Promise<void>;
  readonly now: Date;
  /** For other deploys to end. */
  readonly lockWaitMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface RestorePlan {
  readonly location: string;
  readonly takenAt: string;
  /** Migrations that were applied since: they are taken back. */
  readonly undone: readonly string[];
  /** Undefined: nobody can tell. */
  readonly newer: readonly NewerTable[] | undefined;
}

export interface RestoreRollbackReport extends RestorePlan {
  readonly database: string;
  /** An earlier run put the backup in place, and this one ran the hooks after it. */
  readonly resumed: boolean;
  readonly retired: string;
  readonly ended: number;
  readonly hooks: readonly { readonly hook: HookName; readonly durationMs: number }[];
  readonly findings: readonly Finding[];
  readonly durationMs: number;
}

type HookName = "stop" | "health" | "start";

export async function rollbackByRestore(
  ports: RestoreRollbackPorts,
  request: RestoreRollbackRequest,
): Promise<RestoreRollbackReport> {
  const begin = ports.deploy.clock.monotonicMs();
  const { database, identity, clock, progress } = ports.deploy;
  const { project, lockWaitMs: waitMs, signal } = request;
  const { scope } = project.config;
  const asked = { database, identity, clock, progress, scope, waitMs, signal };
  const took = (): number => Math.round(clock.monotonicMs() - begin);
  const known = await inPlace(ports, request);
  if (known !== undefined) return { ...(await goOn(ports, request, known)), durationMs: took() };
  const location = request.location ?? (await newestReceipt(ports, request)).location;
  const store = await ports.storeAt(location);
  const { compression } = ports.backup;
  const opened = await openBackup({ store, compression, key: request.key });
  refusePartial(opened);
  const report = await lockOutDeploys(asked, (lock) =>
    restoreLocked(ports, request, { opened, lock }),
  );
  return { ...report, durationMs: took() };
}

type Report = Omit<RestoreRollbackReport, "durationMs">;

/** A backup that is named is another one's turn. */
async function inPlace(
  { deploy, storeAt }: RestoreRollbackPorts,
  { project, location }: RestoreRollbackRequest,
): Promise<InPlace | undefined> {
  const found = await withSession(deploy.database, copySession("restore"), (session) =>
    findInPlace(session, project.config.scope),
  );
  if (found === undefined || location === undefined) return found;
  return (await storeAt(location)).label === found.location ? found : undefined;
}

async function goOn(
  ports: RestoreRollbackPorts,
  { project }: RestoreRollbackRequest,
  { deploymentId, location, takenAt, undone, retired }: InPlace,
): Promise<Report> {
  const { database, progress } = ports.deploy;
  progress({
    event: "restore.resumed",
    message: `an earlier run put the backup of ${takenAt} in place; going on with the hooks after it`,
  });
  const hooks = hookRunner(ports, project.config.hooks);
  await runLast(ports, hooks, { deploymentId, retired });
  const plan = { location, takenAt, undone, newer: [] };
  const more = { retired, ended: 0, findings: [] };
  return { ...plan, ...more, database: database.label, resumed: true, hooks: hooks.ran() };
}

async function runLast(
  { deploy }: RestoreRollbackPorts,
  hooks: HookRunner,
  { deploymentId, retired }: Pick<InPlace, "deploymentId" | "retired">,
): Promise<void> {
  const state = `the backup is in place and the application is stopped; the database as it was is called ${retired}`;
  await hooks.run("health", state);
  await hooks.run("start", state.replace("is stopped", "may be stopped"));
  await withSession(deploy.database, copySession("restore"), (session) =>
    finishInPlace(session, deploymentId),
  );
}

interface Locked {
  readonly opened: OpenBackup;
  readonly lock: LockedOut;
}

async function restoreLocked(
  ports: RestoreRollbackPorts,
  request: RestoreRollbackRequest,
  locked: Locked,
): Promise<Report> {
  const plan = await look(ports, request, locked.opened);
  refuseNewer(plan, request);
  await request.confirm(plan);
  await locked.lock.assertHeld();
  const hooks = hookRunner(ports, request.project.config.hooks);
  await hooks.run("stop", "the application may run; the database is as it was");
  const switched = await backInPlace(ports, request, locked).catch(async (error: unknown) => {
    const started = await hooks.tryRun("start");
    throw asItWas(error, started);
  });
  await runLast(ports, hooks, switched);
  const { retired, ended, findings } = switched;
  const more = { retired, ended, findings, resumed: false };
  return { ...plan, ...more, database: ports.deploy.database.label, hooks: hooks.ran() };
}

async function newestReceipt(
  { deploy }: RestoreRollbackPorts,
  { project }: RestoreRollbackRequest,
): Promise<RecordedReceipt> {
  const rows = await withSession(deploy.database, copySession("restore"), async (session) => {
    const [found = {}] = await session.query(
      "select pg_catalog.to_regclass('lockstep.backups') is not null as found",
    );
    return found["found"] === true
      ? await session.query(receiptsQuery, [project.config.scope, 100])
      : [];
  });
  const receipt = rows.map(receiptOf).find(({ what }) => what === "database");
  if (receipt !== undefined) return receipt;
  throw new LockstepError(
    "RESTORE.NO_RECEIPT",
    "no deploy has taken a backup of the whole database",
    {
      state: "nothing was changed",
    },
  );
}

async function look(
  { deploy }: RestoreRollbackPorts,
  { project }: RestoreRollbackRequest,
  { manifest, label }: OpenBackup,
): Promise<RestorePlan> {
  return await withSession(deploy.database, copySession("restore"), async (session) => {
    const newer = await readNewerRows(session, manifest);
    const undone = await appliedSince(session, project.config.scope, manifest);
    const tables = newer.kind === "known" ? newer.tables : undefined;
    return { location: label, takenAt: manifest.takenAt, undone, newer: tables };
  });
}

async function appliedSince(
  session: Session,
  scope: string,
  { takenAt }: Manifest,
): Promise<readonly string[]> {
  const [found = {}] = await session.query(
    "select pg_catalog.to_regclass('lockstep.migrations') is not null as found",
  );
  if (found["found"] !== true) return [];
  const rows = await session.query(
    "select id from lockstep.migrations where scope = $1 and applied_at > $2::timestamptz order by position",
    [scope, takenAt],
  );
  return rows.map(({ id }) => String(id));
}

function refuseNewer(
  { newer, takenAt }: RestorePlan,
  { discardNewer }: Pick<RestoreRollbackRequest, "discardNewer">,
): void {
  if (discardNewer || newer?.length === 0) return;
  const names = (newer ?? []).map(({ table, rows }) => `${table} (${rows})`);
  const message =
    newer === undefined
      ? `nobody can tell which rows were written since the backup of ${takenAt}`
      : `rows were written since the backup of ${takenAt}: ${names.join(", ")}`;
  throw new LockstepError("RESTORE.NEWER_DATA", message, {
    state: "nothing was changed",
    data: { tables: names },
  });
}

interface Switched {
  readonly deploymentId: string;
  readonly retired: string;
  readonly ended: number;
  readonly findings: readonly Finding[];
}

async function backInPlace(
  ports: RestoreRollbackPorts,
  request: RestoreRollbackRequest,
  { opened, lock }: Locked,
): Promise<Switched> {
  const { database } = ports.deploy;
  const { jobs, now } = request;
  const { signal } = lock;
  // The application may have written until it was stopped.
  const plan = await look(ports, request, opened);
  refuseNewer(plan, request);
  const asked = { ports: ports.deploy, maintenance: request.maintenance, signal };
  const maintenance = await openMaintenance(asked);
  const second = await openMaintenance(asked).catch(async (error: unknown) => {
    await maintenance.close();
    throw error;
  });
  try {
    const backup = { ...ports.backup, store: await ports.storeAt(opened.label) };
    const beside = await restoreBeside(backup, opened, { database, maintenance, jobs, signal });
    const time = now.toISOString().slice(0, 19).replaceAll(/[-:T]/g, "");
    const retired = nameBeside(database.name, `_before_${time}`);
    const deploymentId = crypto.randomUUID();
    const context = {
      scope: request.project.config.scope,
      deploymentId,
      identity: ports.deploy.identity,
    };
    await record(ports, request, { context, name: beside.name, restored: { ...plan, retired } });
    const names = { name: database.name, successor: beside.name, retired };
    await lock.assertHeld();
    const ended = await switchDatabases(maintenance, second, { ...names, last: lock.pids });
    return { deploymentId, retired, ended, findings: beside.findings };
  } finally {
    await Promise.all([maintenance.close(), second.close()]);
  }
}

/** In the ledger of the database that takes the place: what brought it there is a part of its history. */
async function record(
  { deploy }: RestoreRollbackPorts,
  { project }: RestoreRollbackRequest,
  { name, ...what }: Pick<InPlaceRecord, "context" | "restored"> & { readonly name: string },
): Promise<void> {
  const { clock, database } = deploy;
  const { settings } = project.config;
  await withSession(database, { ...copySession("restore"), database: name }, (session) =>
    recordInPlace(session, { ...what, settings, clock }),
  );
}

interface HookRunner {
  run(hook: HookName, state: string): Promise<void>;
  /** Whether it ran well, or there is none. */
  tryRun(hook: HookName): Promise<boolean>;
  ran(): readonly { readonly hook: HookName; readonly durationMs: number }[];
}

function hookRunner({ programs, deploy }: RestoreRollbackPorts, config: HooksConfig): HookRunner {
  const done: { readonly hook: HookName; readonly durationMs: number }[] = [];
  const attempt = async (hook: HookName): Promise<string | undefined> => {
    const argv = config[hook];
    if (argv === undefined) return undefined;
    deploy.progress({ event: `hook.${hook}`, message: `running the hook ${hook}` });
    const begin = deploy.clock.monotonicMs();
    const environment = { LOCKSTEP_HOOK: hook, LOCKSTEP_DATABASE: deploy.database.name };
    const { outcome, said } = await programs.run(argv, {
      timeoutMs: config.timeoutMs,
      environment,
    });
    if (outcome !== "done") return said;
    done.push({ hook, durationMs: Math.round(deploy.clock.monotonicMs() - begin) });
    return undefined;
  };
  return {
    run: async (hook, state) => {
      const failure = await attempt(hook);
      if (failure === undefined) return;
      const [first = "", ...notes] = failure.split("\n");
      const message = `the hook ${hook} did not succeed: ${first}`;
      throw new LockstepError("RESTORE.HOOK_FAILED", message, { state, notes, data: { hook } });
    },
    tryRun: async (hook) => (await attempt(hook)) === undefined,
    ran: () => done,
  };
}

function asItWas(error: unknown, started: boolean): unknown {
  const application = started ? "was started again" : "could not be started again";
  const state = `the database is as it was, and the application ${application}`;
  if (error instanceof LockstepError) return error.with({ state });
  return new InternalError(`a restore failed: ${state}`, { cause: error });
}
