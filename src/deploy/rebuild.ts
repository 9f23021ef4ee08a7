/**
 * What `lockstep rebuild` does: a new database made by the project as it is now, filled with the rows of the old one,
 * compared with it, and put in its place; the old one is kept under another name. Until the switch the old database
 * is only read and locked against writers; killed at any moment it is as it was, and the next run begins anew.
 */
import { LockstepError } from "../core/errors.ts";
import type { Finding } from "../core/findings.ts";
import type { MapRules } from "../data/mapping.ts";
import { tableLabel } from "../data/tables.ts";
import { booleanOf } from "../ledger/row.ts";
import type { Database, Session } from "../ports/database.ts";
import type { Project } from "../project/project.ts";
import { copySession, withSession } from "./steps/backup/sessions.ts";
import { openMaintenance } from "./steps/database/maintenance.ts";
import { dataFailure } from "./steps/data/failure.ts";
import { readShapes } from "./steps/data/inventory.ts";
import { isAsDeployed } from "./steps/rebuild/as-deployed.ts";
import { buildNext } from "./steps/rebuild/build.ts";
import type { Built } from "./steps/rebuild/building.ts";
import { nameElsewhere } from "./steps/rebuild/elsewhere.ts";
import { carrySequences } from "./steps/rebuild/finish.ts";
import { refuseChanged } from "./steps/rebuild/fence.ts";
import { refuseLargeObjects } from "./steps/rebuild/large-objects.ts";
import { makeModel, readModel, type Model } from "./steps/rebuild/model.ts";
import {
  clearLeftovers,
  dropDatabase,
  inDatabase,
  rebuildNames,
  refuseTaken,
  type RebuildNames,
} from "./steps/rebuild/names.ts";
import type { OwnRows } from "./steps/rebuild/own-rows.ts";
import type { RebuildPorts } from "./steps/rebuild/ports.ts";
import { readRebuildable, type Rebuildable } from "./steps/rebuild/look.ts";
import { switchNames } from "./steps/rebuild/switch.ts";
import { shortageStep } from "./steps/remedies.ts";
import { grantsOf } from "./steps/restore/beside.ts";

export interface RebuildRequest {
  readonly project: Project;
  readonly jobs: number;
  readonly map: MapRules;
  readonly mapPairs: readonly string[];
  /** `table`, `column`, `all`: what may be left behind. */
  readonly allowDrop: readonly string[];
  /** False: rows are counted, not compared. */
  readonly checksums: boolean;
  /** Build and compare, and leave the new one beside the old one. */
  readonly noSwitch: boolean;
  /** Copy while writers go on, and bring the new one up to date before the switch. */
  readonly replicate: boolean;
  /** Another server, with the new database's name; by default it takes the old one's place. */
  readonly to: Database | undefined;
  /** Copy it although the database is what the project makes already. */
  readonly force: boolean;
  /** Make the structure, say what would be copied, and leave nothing behind. */
  readonly dryRun: boolean;
  /** How long the tables' locks are waited for, and how long changes may be followed without coming nearer. */
  readonly timeoutMs: number;
  /** How long writers may wait for the last changes. */
  readonly pauseMs: number;
  readonly maintenance: string | undefined;
  /** YYYY-MM-DDTHH:MM:SS, for the old database's name. */
  readonly now: string;
  readonly signal?: AbortSignal | undefined;
}

export interface RebuildReport {
  readonly database: string;
  /** `unchanged`: the database is what the project makes already, and nothing was copied. */
  readonly outcome: "switched" | "built" | "dry-run" | "unchanged";
  /** The new database's name while it was built; with `built` it still has it. */
  readonly next: string;
  /** What the old database is called now. */
  readonly kept: string | undefined;
  /** The new database, where it is on another server. */
  readonly to: string | undefined;
  readonly tables: readonly RebuiltTable[];
  readonly rows: number;
  readonly largeObjects: number;
  /** Changes of meanwhile that were made again in the new database. */
  readonly replayed: number;
  /** Rows of the project itself that the old database did not have. */
  readonly added: number;
  /** How many sessions were ended at the switch. */
  readonly ended: number;
  /** How long writers waited, and how long the switch took. */
  readonly fencedMs: number;
  readonly switchMs: number;
  readonly durationMs: number;
  readonly findings: readonly Finding[];
}

export interface RebuiltTable {
  readonly table: string;
  readonly from: string;
  readonly rows: number;
}

const unharmed = "the old database is as it was; what was built of the new one is dropped";

export async function rebuild(
  ports: RebuildPorts,
  request: RebuildRequest,
): Promise<RebuildReport> {
  const begin = ports.clock.monotonicMs();
  const { maintenance, signal, to } = request;
  const names = rebuildNames(ports.database.name, request.now, to?.name);
  const keeper = await openMaintenance({ ports, maintenance, signal });
  try {
    const there = to === undefined ? undefined : { ...ports, database: to };
    const maker =
      there === undefined ? keeper : await openMaintenance({ ports: there, maintenance, signal });
    try {
      await takeLock(ports, keeper, names);
      await refuseTaken(maker, names);
      const place = to ?? ports.database;
      for (const name of await clearLeftovers(maker, names, place)) {
        const message = `dropped ${name}, which a rebuild that was cut off had left`;
        ports.progress({ event: "rebuild.cleared", message });
      }
      const report = await work(ports, { request, names, keeper, maker, place });
      return { ...report, durationMs: Math.round(ports.clock.monotonicMs() - begin) };
    } finally {
      if (maker !== keeper) await maker.close();
    }
  } finally {
    await keeper.close();
  }
}

/** What is left of a killed rebuild ends when the server notices, or with the statement that it is at. */
const leftoversMs = 10_000;

async function takeLock(
  { clock }: RebuildPorts,
  keeper: Session,
  { old }: RebuildNames,
): Promise<void> {
  const giveUpAt = clock.monotonicMs() + leftoversMs;
  for (;;) {
    const [row = {}] = await keeper.query(
      "select pg_catalog.pg_try_advisory_lock(pg_catalog.hashtextextended('lockstep rebuild ' || $1, 0)) as taken",
      [old],
    );
    if (booleanOf(row, "taken")) return;
    if (clock.monotonicMs() > giveUpAt) {
      throw new LockstepError("REBUILD.BUSY", `another rebuild of ${old} is at work`);
    }
    await clock.sleep(100);
  }
}

interface Job {
  readonly request: RebuildRequest;
  readonly names: RebuildNames;
  /** On the old server. */
  readonly keeper: Session;
  /** On the server where the new one is made: the same, or another. */
  readonly maker: Session;
  readonly place: Database;
}

type Report = Omit<RebuildReport, "durationMs">;

async function work(ports: RebuildPorts, job: Job): Promise<Report> {
  const { names, keeper, maker, place, request } = job;
  const { replicate } = request;
  let isKept = false;
  try {
    const old = await readRebuildable(ports, { keeper, maker, names, replicate });
    const step = { keeper: maker, place, names, old, request };
    await makeModel(ports, step);
    if (
      mayBeDone(job) &&
      (await isAsDeployed(ports, ports.database, inDatabase(place, names.model)))
    ) {
      return nothingDone(ports, job, "unchanged");
    }
    const model = await readModel(ports, step);
    if (request.dryRun) return dryRun(ports, { job, old, model });
    const report = await copyAndSwitch(ports, { job, old, model });
    isKept = true;
    return report;
  } catch (error) {
    throw failure(error, names.old);
  } finally {
    await dropDatabase(maker, names.model).catch(() => undefined);
    if (!isKept) await dropDatabase(maker, names.next).catch(() => undefined);
  }
}

interface Prepared {
  readonly job: Job;
  readonly old: Rebuildable;
  readonly model: Model;
}

function dryRun(ports: RebuildPorts, { job, model }: Prepared): Report {
  return {
    ...nothingDone(ports, job, "dry-run"),
    tables: model.mappings.map(({ source, target }) => ({
      ...{ table: tableLabel(target), from: tableLabel(source), rows: 0 },
    })),
    findings: model.findings,
  };
}

/** On another server there is something to do in any case, and so there is where the new one is to stand beside. */
function mayBeDone({ request }: Job): boolean {
  return !request.force && !request.noSwitch && request.to === undefined;
}

function nothingDone(
  ports: RebuildPorts,
  { names, request }: Job,
  outcome: "dry-run" | "unchanged",
): Report {
  return {
    ...{ database: ports.database.label, outcome, next: names.next, kept: undefined },
    ...{ to: request.to?.label, tables: [], largeObjects: 0, replayed: 0, findings: [] },
    ...{ rows: 0, added: 0, ended: 0, fencedMs: 0, switchMs: 0 },
  };
}

async function copyAndSwitch(ports: RebuildPorts, prepared: Prepared): Promise<Report> {
  const { job, old, model } = prepared;
  const { request, maker, names, place } = job;
  return await withSession(ports.database, copySession("rebuild"), async (leader) => {
    const building = { keeper: maker, leader, place, names, old, model, request };
    const built = await buildNext(ports, building);
    const common = reportOf(ports, prepared, built);
    const fencedMs = (): number => Math.round(ports.clock.monotonicMs() - built.fencedAt);
    if (request.noSwitch) {
      await leader.script("rollback");
      const outcome = "built";
      return { ...common, outcome, kept: undefined, ended: 0, fencedMs: fencedMs(), switchMs: 0 };
    }
    await withSession(ports.database, copySession("rebuild"), async (look) => {
      refuseChanged(old.shapes, await readShapes(look));
      if (old.inventory.largeObjects === 0) await refuseLargeObjects(look);
    });
    const switched = await switchOver(ports, prepared, { leader, built });
    const findings = [...common.findings, ...switched.findings];
    const { ended, switchMs } = switched;
    const outcome = "switched";
    return {
      ...common,
      ...{ outcome, kept: names.kept, ended, switchMs, fencedMs: fencedMs(), findings },
    };
  });
}

interface Switched {
  readonly ended: number;
  readonly switchMs: number;
  readonly findings: readonly Finding[];
}

async function switchOver(
  ports: RebuildPorts,
  { job, old, model }: Prepared,
  { leader, built }: { readonly leader: Session; readonly built: Built },
): Promise<Switched> {
  const { names, request, keeper, maker, place } = job;
  const { clock } = ports;
  ports.progress({ event: "rebuild.switch", message: "switching the names" });
  const switchedAt = clock.monotonicMs();
  const { maintenance, signal } = request;
  const renamer = await openMaintenance({ ports, maintenance, signal });
  try {
    const more = [
      ...old.shape.settings,
      ...(await grantsOf(keeper, names.old, names.final)),
      ...old.comment,
    ];
    let findings: readonly Finding[] = [];
    const elsewhere = async (): Promise<void> => {
      findings = await nameElsewhere(maker, names, more);
    };
    const ended = await switchNames({
      ...{ names, leader, renamer, helper: keeper, clock, more },
      elsewhere: names.inPlace ? undefined : elsewhere,
      carry: (last) => carrySequences({ place, names, model }, { before: built.sequences, last }),
    });
    return { ended, switchMs: Math.round(clock.monotonicMs() - switchedAt), findings };
  } finally {
    await renamer.close();
  }
}

function reportOf(
  ports: RebuildPorts,
  { job, model }: Prepared,
  built: Built,
): Omit<Report, "outcome" | "kept" | "ended" | "fencedMs" | "switchMs"> {
  const tables = [...built.counts].map(([{ source, target }, rows]) => ({
    ...{ table: tableLabel(target), from: tableLabel(source), rows },
  }));
  return {
    database: ports.database.label,
    next: job.names.next,
    to: job.request.to?.label,
    tables,
    ...{ largeObjects: built.largeObjects, replayed: built.replayed },
    rows: tables.reduce((sum, { rows }) => sum + rows, 0),
    added: built.added.reduce((sum, { added }) => sum + added, 0),
    findings: [...model.findings, ...built.findings, ...built.added.flatMap(leftOut)],
  };
}

function leftOut({ table, left }: OwnRows): readonly Finding[] {
  if (left === 0) return [];
  const message = `rows that the project inserts (${left}) were left out: the keys are uuids, and none of them is in the old database`;
  return [{ code: "REBUILD.OWN_LEFT", severity: "warning", message, object: table }];
}

function failure(error: unknown, what: string): unknown {
  const known = dataFailure(error, what);
  if (!(known instanceof LockstepError)) return known;
  if (known.where?.file !== undefined) {
    return known.with({
      state: unharmed,
      next: "Correct the file, then run the same command again.",
    });
  }
  const isGeneral = known.code === "RESTORE.FAILED" || known.code === "DATA.FAILED";
  if (!isGeneral) return known.with({ state: unharmed });
  const { message, notes, sqlState } = known;
  return new LockstepError("REBUILD.FAILED", message, {
    ...{ notes, state: unharmed, cause: error },
    ...shortageStep(sqlState ?? "", "run the same command again."),
    ...(sqlState === undefined ? {} : { sqlState }),
  });
}
