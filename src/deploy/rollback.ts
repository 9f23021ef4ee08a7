/**
 * Takes back applied migrations, the newest first, each in its own transaction with the ledger's change: by its down
 * file, where that leads back in scratch, else by the inverse of what it changed. All of them must have a way back
 * before the first is touched, and what can't come back is told before. That it happened is recorded.
 */
import { LockstepError } from "../core/errors.ts";
import type { Finding } from "../core/findings.ts";
import type { LedgerEntry, LedgerState } from "../ledger/ledger.ts";
import { contentQuery } from "../ledger/queries.ts";
import { optionalTextOf } from "../ledger/row.ts";
import { createNeedsTally } from "../plan/needs.ts";
import { sealPlan, type Plan, type UnitIdentity } from "../plan/plan.ts";
import {
  downUnitOf,
  generatedDownUnit,
  identityOf,
  type UnitOptions,
  type WayBack,
} from "../plan/unit.ts";
import type { Project } from "../project/project.ts";
import type { Session } from "../ports/database.ts";
import { translated } from "./steps/translate.ts";
import type { DeployPorts } from "./ports.ts";
import { backupNoteOf, type BackupNote } from "./report.ts";
import { guardRows, namingBackup } from "./steps/safeguard/guard.ts";
import type { SafeguardChoices } from "./steps/safeguard/ports.ts";
import { applyUnits, type AppliedUnit } from "./steps/apply/apply.ts";
import { inIsolation } from "./steps/replay/isolation.ts";
import { openStage } from "./steps/replay/open.ts";
import { tellLosses, type CountedLoss, type WayOfUnit } from "./steps/rollback/losses.ts";
import { tryWaysBack, type TriedWay } from "./steps/rollback/ways-back.ts";
import { ownQueries } from "./steps/own-queries.ts";
import { preflight } from "./steps/preflight.ts";
import { readLedger } from "./steps/ledger/read.ts";
import { scriptOptions } from "./steps/script-options.ts";
import { openWorkSession, recorded, underLock } from "./steps/under-lock.ts";

export interface RollbackRequest {
  readonly project: Project;
  /** This one stays, what was applied after it goes. */
  readonly to?: string | undefined;
  /** So many, the newest first; 1 without `to`. */
  readonly steps?: number | undefined;
  /** All that this deployment applied; they must be the newest. */
  readonly deployment?: string | undefined;
  /** False: nothing is tried in scratch, and only down files count. */
  readonly prove?: boolean;
  /** Asked with the plan, and what can't come back, before anything is changed; throws to stop. */
  readonly confirm?: (plan: Plan, ways: readonly WayTaken[]) => Promise<void>;
  /** Says more than the config about the backup before it. */
  readonly backup?: SafeguardChoices;
  readonly lockWaitMs?: number | undefined;
  readonly signal?: AbortSignal;
}

/** How one migration goes back. */
export interface WayTaken {
  readonly id: string;
  readonly by: "down file" | "the ledger's copy" | "generated";
  /** `unproved`: nobody could try it, for the reason that is given. */
  readonly trial: "proved" | "unproved" | "skipped";
  readonly reason: string;
  /** What it takes away for good, with how much of it there is. */
  readonly losses: readonly CountedLoss[];
}

export interface RollbackReport {
  readonly database: string;
  readonly scope: string;
  readonly deploymentId: string;
  readonly reverted: readonly AppliedUnit[];
  readonly ways: readonly WayTaken[];
  /** The backup before them, or why there is none; undefined where none could be due. */
  readonly backup: BackupNote | undefined;
  readonly notes: readonly Finding[];
}

export async function rollback(
  ports: DeployPorts,
  request: RollbackRequest,
): Promise<RollbackReport> {
  return await translated(() => run(ports, request));
}

async function run(ports: DeployPorts, request: RollbackRequest): Promise<RollbackReport> {
  const { project } = request;
  const { scope } = project.config;
  const deploymentId = crypto.randomUUID();
  const change = { ...request, ports, deploymentId };
  const work = await openWorkSession(change);
  try {
    return await underLock(change, work, async (locked) => {
      const ledger = await readLedger(ownQueries(work.current), scope);
      const { plan, ways } = await planRollback(ports, work.current, { request, ledger });
      await request.confirm?.(plan, ways);
      const opening = { kind: "rollback", planHash: plan.hash } as const;
      const done = await recorded(change, locked, opening, async (context) => {
        const safeguarded = await guardRows({ ...change, work }, context, plan);
        const reverted = await namingBackup(safeguarded, () => applyUnits(context, work, plan));
        return { safeguarded, reverted };
      });
      const { reverted, safeguarded } = done;
      return {
        ...{ database: ports.database.label, scope, deploymentId, reverted, ways },
        ...{ backup: backupNoteOf(safeguarded), notes: safeguarded?.findings ?? [] },
      };
    });
  } finally {
    await work.current.close();
  }
}

interface RollbackPlan {
  readonly plan: Plan;
  readonly ways: readonly WayTaken[];
}

async function planRollback(
  ports: DeployPorts,
  session: Session,
  { request, ledger }: { readonly request: RollbackRequest; readonly ledger: LedgerState },
): Promise<RollbackPlan> {
  const { project } = request;
  if (ledger.kind === "absent") {
    throw new LockstepError(
      "LEDGER.ABSENT",
      "the database has no ledger, so nothing is known to roll back",
      { next: "lockstep status says what is there" },
    );
  }
  const chosen = chooseEntries(request, ledger.entries);
  const needs = createNeedsTally();
  const options: UnitOptions = {
    ...(await scriptOptions(ports, project, session)),
    journal: ledger.journal,
    baselineLocksMax: undefined,
    needs,
  };
  const trial = await trialOf(ports, request, {
    ...{ chosen, entries: ledger.entries, major: session.server.major },
  });
  const found: FoundWay[] = [];
  for (const entry of chosen) {
    found.push(await wayOf(entry, { session: ownQueries(session), project, trial, options }));
  }
  await preflight(session, needs.needs());
  const losses = await tellLosses(
    ports.database,
    found.map(({ way }) => way),
  );
  const ways = found.map(({ taken }, at): WayTaken => ({ ...taken, losses: losses[at] ?? [] }));
  const plan = sealPlan({
    format: 1,
    scope: project.config.scope,
    strategy: "rollback",
    settings: project.config.settings,
    units: found.map(({ way }) => way.unit),
    healed: [],
    notes: [],
  });
  return { plan, ways };
}

/** What was tried, or why nothing was. */
interface Trial {
  readonly ways: ReadonlyMap<string, TriedWay>;
  readonly reason: string;
}

interface Tryable {
  readonly chosen: readonly LedgerEntry[];
  readonly entries: readonly LedgerEntry[];
  /** The target's. */
  readonly major: number;
}

async function trialOf(
  ports: DeployPorts,
  { project, prove = true, signal }: RollbackRequest,
  { chosen, entries, major }: Tryable,
): Promise<Trial> {
  const nothing = (reason: string): Trial => ({ ways: new Map(), reason });
  if (!prove) return nothing("--no-prove");
  if (ports.replay === undefined) return nothing("there is no scratch server at hand");
  if (chosen.some(({ state }) => state === "reverting")) return nothing("a way back has begun");
  const files = chosen.map(({ id }) => project.migrations.find((file) => file.id === id));
  const known = files.filter((file) => file !== undefined).toReversed();
  if (known.length < files.length) return nothing("files are gone from the project");
  const replay = await ports.replay();
  ports.progress({ event: "rollback.trial", message: "trying the way back in scratch" });
  const applied = new Set(entries.filter(({ kind }) => kind === "migration").map(({ id }) => id));
  try {
    const ways = await inIsolation(project, async (isolation) => {
      const stage = openStage({ project, ports: replay, major, isolation, signal });
      return await tryWaysBack(stage, { applied, chosen: known, clock: ports.clock, signal });
    });
    return ways === undefined
      ? nothing("the files that the migrations began with are gone")
      : { ways, reason: "" };
  } catch (error) {
    if (!(error instanceof LockstepError) || signal?.aborted === true) throw error;
    return nothing(error.message);
  }
}

interface FoundWay {
  readonly way: WayOfUnit;
  readonly taken: Omit<WayTaken, "losses">;
}

interface Surroundings {
  readonly session: Session;
  readonly project: Project;
  readonly trial: Trial;
  readonly options: UnitOptions;
}

/** A down file that leads back, else the inverse of what the migration did. */
async function wayOf(
  entry: LedgerEntry,
  { session, project, trial, options }: Surroundings,
): Promise<FoundWay> {
  const { id } = entry;
  const file = project.migrations.find((candidate) => candidate.id === id);
  const tried = trial.ways.get(id);
  const losses = tried?.losses ?? [];
  if (file !== undefined && tried?.generated !== undefined) {
    const reason =
      tried.down === undefined
        ? "it has no down file; the inverse of what it changed"
        : `its down file does not lead back (${tried.down.reason}); the inverse of what it changed`;
    const unit = generatedDownUnit(identityOf(file), tried.generated, options);
    return {
      way: { unit, losses, isWritten: false, tables: tried.tables },
      taken: { id, by: "generated", trial: "proved", reason },
    };
  }
  const way = await wayBack(session, { project, entry, reason: trial.reason });
  const unit = await downUnitOf(way, options);
  const by = file?.down === undefined ? "the ledger's copy" : "down file";
  return {
    way: { unit, losses, isWritten: true, tables: tried?.tables },
    taken: { id, by, ...outcomeOf(tried, trial) },
  };
}

function outcomeOf(tried: TriedWay | undefined, trial: Trial): Pick<WayTaken, "trial" | "reason"> {
  const down = tried?.down;
  const reason = down?.reason ?? trial.reason;
  if (down?.outcome === "proved") {
    // What is lost of the target's own rows is told by itself, whatever became of the trial's.
    const isLossless = (down.losses ?? []).length === 0;
    return { trial: "proved", reason: isLossless ? "up, down, up leads back" : reason };
  }
  return { trial: trial.reason === "--no-prove" ? "skipped" : "unproved", reason };
}

/** The newest first, by the order in which they were applied. */
function chooseEntries(
  { to, steps, deployment, project }: RollbackRequest,
  entries: readonly LedgerEntry[],
): readonly LedgerEntry[] {
  if ([to, steps, deployment].filter((choice) => choice !== undefined).length > 1) {
    throw new LockstepError("PLAN.CONFLICT", "--to, --steps and --deployment exclude each other");
  }
  const newest = entries.filter((entry) => entry.kind === "migration").toReversed();
  if (newest.length === 0) {
    throw nothingToTakeBack(project);
  }
  if (deployment !== undefined) return ofDeployment(newest, deployment);
  if (to === undefined) return newest.slice(0, Math.max(1, steps ?? 1));
  const place = newest.findIndex((entry) => entry.id === to);
  if (place < 0) {
    const isOnDisk = project.migrations.some((file) => file.id === to);
    const message = isOnDisk
      ? `${to} is not applied`
      : `there is no migration ${JSON.stringify(to)}`;
    throw new LockstepError("PLAN.UNKNOWN_ID", message);
  }
  return newest.slice(0, place);
}

function nothingToTakeBack({ config }: Project): LockstepError {
  const message = "no migration is applied: there is nothing to roll back";
  if (config.strategy !== "declarative") {
    return new LockstepError("PLAN.CONFLICT", message, { next: "lockstep status" });
  }
  return new LockstepError("PLAN.CONFLICT", message, {
    notes: ["a declared schema goes back by its files: have them as they were, and deploy"],
    next: "lockstep deploy; where rows are to come back too: lockstep rollback --restore latest",
  });
}

/** By the beginning of its id, too; nothing may have come after it. */
function ofDeployment(newest: readonly LedgerEntry[], deployment: string): readonly LedgerEntry[] {
  const own = newest.filter(({ deploymentId }) => deploymentId.startsWith(deployment));
  const ids = new Set(own.map(({ deploymentId }) => deploymentId));
  if (own.length === 0 || ids.size > 1) {
    const what =
      ids.size > 1
        ? "is the beginning of several deployments"
        : "applied nothing that is still there";
    throw new LockstepError("PLAN.UNKNOWN_ID", `${deployment} ${what}`, {
      next: "lockstep history",
    });
  }
  const later = newest.slice(0, own.length).find((entry) => !own.includes(entry));
  if (later === undefined) return own;
  throw new LockstepError(
    "PLAN.CONFLICT",
    `${later.id} was applied after the deployment ${deployment}`,
    {
      next: `lockstep rollback --to ${newest[newest.indexOf(own.at(-1) ?? later) + 1]?.id ?? "ID"} takes back both`,
    },
  );
}

/** The file's; when the file is gone, the one that the ledger kept. */
async function wayBack(
  session: Session,
  {
    project,
    entry,
    reason,
  }: { readonly project: Project; readonly entry: LedgerEntry; readonly reason: string },
): Promise<WayBack> {
  const file = project.migrations.find((candidate) => candidate.id === entry.id);
  if (file?.down !== undefined) {
    const noTransaction = file.kind === "sql" && file.noTransaction !== undefined;
    return { identity: identityOf(file), down: file.down, noTransaction };
  }
  if (file === undefined) {
    const [row] = await session.query(contentQuery, [project.config.scope, entry.id]);
    const text = row === undefined ? undefined : optionalTextOf(row, "down_content");
    const path = `the ledger's copy of ${entry.id}`;
    if (text !== undefined) {
      return {
        identity: identityOfEntry(entry),
        down: { path, text, line: 1 },
        noTransaction: false,
      };
    }
  }
  throw new LockstepError(
    "PLAN.NO_WAY_BACK",
    file === undefined
      ? `${entry.id} is not in the project, and the ledger holds no way back`
      : `${entry.id} has no down file, and the inverse could not be made: ${reason}`,
    {
      ...(file === undefined ? {} : { where: { file: file.path } }),
      next: `Write the way back beside it, such as ${entry.id}.down.sql, or a new migration that undoes it.`,
      data: { id: entry.id },
    },
  );
}

function identityOfEntry(entry: LedgerEntry): UnitIdentity {
  const { id, kind, title, bytesHash, meaningHash } = entry;
  return { id, kind, title, path: entry.path ?? "", bytesHash, meaningHash };
}
