/**
 * One turn of `lockstep dev watch`: the developer's own database is brought to what the files say now. An edited newest
 * migration is taken back as it was applied and applied as it is; a declared schema's difference is applied as it is.
 * Whatever the files say wrong is found in scratch, before the database is touched.
 */
import { LockstepError } from "../core/errors.ts";
import type { LedgerEntry } from "../ledger/ledger.ts";
import { contentQuery } from "../ledger/queries.ts";
import { optionalTextOf } from "../ledger/row.ts";
import type { SchemaPlan } from "../plan/schema_plan.ts";
import { declaredOf } from "../project/declared.ts";
import type { MigrationFile } from "../project/migration.ts";
import type { Project } from "../project/project.ts";
import { meaningHash } from "../sql/meaning.ts";
import { adopt } from "../deploy/adopt.ts";
import { repair } from "../deploy/repair.ts";
import { deploy } from "../deploy/deploy.ts";
import type { DeployPorts } from "../deploy/ports.ts";
import { rollback } from "../deploy/rollback.ts";
import { replayPortsOf } from "../deploy/steps/declare/files.ts";
import { planDifference, type Difference } from "../deploy/steps/difference/difference.ts";
import { runSegments, StepFailed } from "../deploy/steps/difference/run-plan.ts";
import { readLedger } from "../deploy/steps/ledger/read.ts";
import { ownQueries } from "../deploy/steps/own-queries.ts";
import { openSource } from "../deploy/steps/source/read.ts";
import { readWithSource } from "../deploy/steps/live/with-source.ts";
import type { SourceSpec } from "../deploy/steps/source/spec.ts";

export interface FollowRequest {
  readonly project: Project;
  readonly signal?: AbortSignal;
}

export interface Followed {
  /** Edited, so taken back and applied again. */
  readonly takenBack: readonly string[];
  readonly applied: readonly string[];
  /** What was applied of the declared schema; undefined where there is none. */
  readonly plan: SchemaPlan | undefined;
}

export async function follow(ports: DeployPorts, request: FollowRequest): Promise<Followed> {
  const { project, signal } = request;
  const shared = { ...(signal === undefined ? {} : { signal }) };
  refuseBlank(project);
  if (declaredOf(project) !== undefined) {
    const how = { allowDrop: ["all"], prove: "several" } as const;
    const report = await deploy(ports, { project, ...how, ...shared });
    return { takenBack: [], applied: report.applied.map(({ id }) => id), plan: report.schemaPlan };
  }
  const found = await lookAtMigrations(ports, project);
  const { major } = found;
  // What was tried by saving the schema, and is a migration now, is there already.
  if (found.edited === undefined && found.isPending && (await isThere(ports, { project, major }))) {
    await record(ports, project, found);
    return await follow(ports, request);
  }
  const takenBack: string[] = [];
  if (found.edited !== undefined) {
    const before = asApplied(project, found.edited);
    const [, { plan }] = await allOf(
      readsWell(ports, project),
      differenceTo(ports, { project: before, major }, { kind: "migrations" }),
    );
    await run(ports, plan);
    await rollback(ports, { project: before, steps: 1, ...shared });
    takenBack.push(found.edited.id);
  } else if (found.isPending) {
    const kind = found.applied.size > 0 ? "migrations" : "empty";
    await applyDifference(ports, { project: withOnly(project, found.applied), major }, { kind });
  }
  const isDue = found.edited !== undefined || found.isPending;
  // Where the schema leads elsewhere than the lock file says, the next difference shows it.
  const how = { verify: "never" } as const;
  const report = isDue ? await deploy(ports, { project, ...how, ...shared }) : undefined;
  const plan =
    project.declared === undefined
      ? undefined
      : await applyDifference(ports, { project, major }, { kind: "declared" });
  return { takenBack, applied: report?.applied.map(({ id }) => id) ?? [], plan };
}

/** What is saved in two goes is empty in between, and would drop all that there is. */
function refuseBlank({ declared }: Project): void {
  const files = declared?.kind === "files" ? declared.files : [];
  const blank = files.find(({ text, included }) => text.trim() === "" && included.length === 0);
  if (blank === undefined) return;
  throw new LockstepError("SOURCE.FILE_ABSENT", `${blank.path} is empty, so it is not followed`, {
    where: { file: blank.path },
    state: "the database is as it was",
    next: "Save it with what it is to hold; where that is nothing, a comment.",
  });
}

interface Place {
  readonly project: Project;
  /** Of the database's server. */
  readonly major: number;
}

interface Edited {
  readonly id: string;
  readonly text: string;
  readonly down: string | undefined;
}

interface Migrations {
  readonly major: number;
  readonly applied: ReadonlySet<string>;
  readonly isPending: boolean;
  /** The newest, when its file says something else than what was applied. */
  readonly edited: Edited | undefined;
}

async function lookAtMigrations(ports: DeployPorts, project: Project): Promise<Migrations> {
  const session = await ports.database.connect({ applicationName: "lockstep watch" });
  const { major } = session.server;
  try {
    const own = ownQueries(session);
    const ledger = await readLedger(own, project.config.scope);
    const entries = ledger.kind === "present" ? ledger.entries : [];
    const known = new Set(entries.map(({ id }) => id));
    const hasMore = project.migrations.some(({ id }) => !known.has(id));
    const isPending = hasMore || (known.size === 0 && project.baseline !== undefined);
    const changed = entries.filter((entry) => isChanged(project, entry));
    const newest = entries.findLast(({ kind }) => kind === "migration");
    const [first] = changed;
    if (first === undefined) return { major, applied: known, isPending, edited: undefined };
    if (changed.length > 1 || first !== newest) throw tooOld(first);
    const [row] = await own.query(contentQuery, [project.config.scope, first.id]);
    const text = row === undefined ? undefined : optionalTextOf(row, "content");
    if (row === undefined || text === undefined) throw tooOld(first);
    const edited = { id: first.id, text, down: optionalTextOf(row, "down_content") };
    return { major, applied: known, isPending, edited };
  } finally {
    await session.close();
  }
}

function isChanged({ migrations }: Project, entry: LedgerEntry): boolean {
  const file = migrations.find(({ id }) => id === entry.id);
  return file?.kind === "sql" && meaningHash(file.up.text) !== entry.meaningHash;
}

function tooOld({ id }: LedgerEntry): LockstepError {
  return new LockstepError(
    "PLAN.EDITED",
    `${id} was edited, and it is not the newest that is applied`,
    {
      next: "lockstep reset   (makes the development database anew), or restore the file",
    },
  );
}

function asApplied(project: Project, { id, text, down }: Edited): Project {
  const migrations = project.migrations.map((file): MigrationFile => {
    if (file.id !== id || file.kind !== "sql") return file;
    const way = down === undefined ? undefined : { path: file.path, text: down, line: 1 };
    const { down: _down, ...rest } = file;
    return { ...rest, up: { ...file.up, text }, down: way };
  });
  return withOnly({ ...project, migrations }, new Set([...olderThan(project, id), id]));
}

function olderThan({ migrations }: Project, id: string): readonly string[] {
  const place = migrations.findIndex((file) => file.id === id);
  return migrations.slice(0, Math.max(0, place)).map((file) => file.id);
}

function withOnly(project: Project, ids: ReadonlySet<string>): Project {
  return { ...project, migrations: project.migrations.filter(({ id }) => ids.has(id)) };
}

/** At the same time, and with what fails first only when both have ended: each has a scratch database to give back. */
async function allOf<One, Other>(
  one: Promise<One>,
  other: Promise<Other>,
): Promise<readonly [One, Other]> {
  await Promise.allSettled([one, other]);
  return [await one, await other];
}

/** A mistake in a file is found where it does no harm. */
async function readsWell(ports: DeployPorts, project: Project): Promise<void> {
  const replay = { ...(await replayPortsOf(ports)), project: async () => project };
  const source = await openSource({ kind: "migrations" }, replay);
  await source.close();
}

/** Whether the database is what all migrations lead to. */
async function isThere(ports: DeployPorts, place: Place): Promise<boolean> {
  if (place.project.migrations.length === 0) return false;
  const { plan } = await differenceTo(ports, place, { kind: "migrations" });
  return plan.segments.length === 0;
}

async function record(ports: DeployPorts, project: Project, found: Migrations): Promise<void> {
  if (found.applied.size === 0) {
    await adopt(ports, { project, applied: "all" });
    return;
  }
  const lacking = project.migrations.filter(({ id }) => !found.applied.has(id));
  const repairs = lacking.map(({ id }) => ({ kind: "mark-done", id }) as const);
  await repair(ports, { project, repairs });
}

async function differenceTo(
  ports: DeployPorts,
  { project, major }: Place,
  spec: SourceSpec,
): Promise<Difference> {
  const replay = { ...(await replayPortsOf(ports)), project: async () => project };
  const wanted = { database: ports.database, major, spec };
  const { catalog, source } = await readWithSource(replay, wanted);
  try {
    const from = { catalog, scratch: undefined, schemas: [] };
    const { clock } = ports;
    // One transaction leaves all or nothing; more of them are tried first.
    const how = { prove: "several", inverse: false, clock } as const;
    return await planDifference(replay, { from, to: source, ...how });
  } finally {
    await source.close();
  }
}

/** Straight to the database: nothing of it is a migration yet. */
async function applyDifference(
  ports: DeployPorts,
  place: Place,
  spec: SourceSpec,
): Promise<SchemaPlan> {
  const { plan } = await differenceTo(ports, place, spec);
  await run(ports, plan);
  return plan;
}

async function run(ports: DeployPorts, plan: SchemaPlan): Promise<void> {
  if (plan.segments.length === 0) return;
  const session = await ports.database.connect({ applicationName: "lockstep watch" });
  try {
    await runSegments(session, plan.segments);
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error;
    throw new LockstepError("DEPLOY.STATEMENT_FAILED", `${error.step.object}: ${error.message}`, {
      sqlState: error.error.sqlState,
      notes: error.step.statements.slice(0, 3),
      state: "the database is as it was",
      next: "Correct the file and save it, or: lockstep reset",
      cause: error.error,
    });
  } finally {
    await session.close();
  }
}
