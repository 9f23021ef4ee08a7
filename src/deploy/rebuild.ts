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
import type { Session } from "../ports/database.ts";
import type { Project } from "../project/project.ts";
import { copySession, withSession } from "./steps/backup/sessions.ts";
import { openMaintenance } from "./steps/database/maintenance.ts";
import { dataFailure } from "./steps/data/failure.ts";
import { readInventory } from "./steps/data/inventory.ts";
import { buildNext, type Built } from "./steps/rebuild/build.ts";
import { refuseNewTables } from "./steps/rebuild/fence.ts";
import { makeModel, type Model } from "./steps/rebuild/model.ts";
import {
  clearLeftovers,
  dropDatabase,
  rebuildNames,
  type RebuildNames,
} from "./steps/rebuild/names.ts";
import type { RebuildPorts } from "./steps/rebuild/ports.ts";
import { readRebuildable, type Rebuildable } from "./steps/rebuild/look.ts";
import { switchNames } from "./steps/rebuild/switch.ts";
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
  /** Make the structure, say what would be copied, and leave nothing behind. */
  readonly dryRun: boolean;
  /** How long the tables' locks are waited for. */
  readonly timeoutMs: number;
  readonly maintenance: string | undefined;
  /** YYYY-MM-DDTHH:MM:SS, for the old database's name. */
  readonly now: string;
  readonly signal?: AbortSignal | undefined;
}

export interface RebuildReport {
  readonly database: string;
  readonly outcome: "switched" | "built" | "dry-run";
  /** The new database's name while it was built; with `built` it still has it. */
  readonly next: string;
  /** What the old database is called now. */
  readonly kept: string | undefined;
  readonly tables: readonly RebuiltTable[];
  readonly rows: number;
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
  const { maintenance, signal } = request;
  const names = rebuildNames(ports.database.name, request.now);
  const keeper = await openMaintenance({ ports, maintenance, signal });
  try {
    await takeLock(ports, keeper, names);
    const cleared = await clearLeftovers(keeper, names, ports.database);
    for (const name of cleared) {
      const message = `dropped ${name}, which a rebuild that was cut off had left`;
      ports.progress({ event: "rebuild.cleared", message });
    }
    const report = await work(ports, { request, names, keeper });
    return { ...report, durationMs: Math.round(ports.clock.monotonicMs() - begin) };
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
  readonly keeper: Session;
}

type Report = Omit<RebuildReport, "durationMs">;

async function work(ports: RebuildPorts, job: Job): Promise<Report> {
  const { names, keeper, request } = job;
  let isKept = false;
  try {
    const old = await readRebuildable(ports, { keeper, names });
    const model = await makeModel(ports, { ...job, old });
    if (request.dryRun) return dryRun(ports, { job, old, model });
    const report = await copyAndSwitch(ports, { job, old, model });
    isKept = true;
    return report;
  } catch (error) {
    throw failure(error, names.old);
  } finally {
    await dropDatabase(keeper, names.model).catch(() => undefined);
    if (!isKept) await dropDatabase(keeper, names.next).catch(() => undefined);
  }
}

interface Prepared {
  readonly job: Job;
  readonly old: Rebuildable;
  readonly model: Model;
}

function dryRun(ports: RebuildPorts, { job, model }: Prepared): Report {
  return {
    database: ports.database.label,
    outcome: "dry-run",
    next: job.names.next,
    kept: undefined,
    tables: model.mappings.map(({ source, target }) => ({
      ...{ table: tableLabel(target), from: tableLabel(source), rows: 0 },
    })),
    ...{ rows: 0, added: 0, ended: 0, fencedMs: 0, switchMs: 0 },
    findings: model.findings,
  };
}

async function copyAndSwitch(ports: RebuildPorts, prepared: Prepared): Promise<Report> {
  const { job, old, model } = prepared;
  const { names, request, keeper } = job;
  const { clock } = ports;
  return await withSession(ports.database, copySession("rebuild"), async (leader) => {
    const fencedAt = clock.monotonicMs();
    const built = await buildNext(ports, { ...job, leader, old, model });
    const common = reportOf(ports, prepared, built);
    const fenced = (): number => Math.round(clock.monotonicMs() - fencedAt);
    if (request.noSwitch) {
      await leader.script("rollback");
      return {
        ...common,
        outcome: "built",
        kept: undefined,
        ended: 0,
        fencedMs: fenced(),
        switchMs: 0,
      };
    }
    await withSession(ports.database, copySession("rebuild"), async (look) =>
      refuseNewTables(old.inventory.tables, (await readInventory(look)).tables),
    );
    ports.progress({ event: "rebuild.switch", message: "switching the names" });
    const switchedAt = clock.monotonicMs();
    const { maintenance, signal } = request;
    const renamer = await openMaintenance({ ports, maintenance, signal });
    try {
      const more = [
        ...old.shape.settings,
        ...(await grantsOf(keeper, names.old, names.old)),
        ...old.comment,
      ];
      const ended = await switchNames({ names, leader, renamer, helper: keeper, clock, more });
      const switchMs = Math.round(clock.monotonicMs() - switchedAt);
      return {
        ...common,
        outcome: "switched",
        kept: names.kept,
        ended,
        fencedMs: fenced(),
        switchMs,
      };
    } finally {
      await renamer.close();
    }
  });
}

function reportOf(
  ports: RebuildPorts,
  { job, model }: Prepared,
  built: Built,
): Pick<Report, "database" | "next" | "tables" | "rows" | "added" | "findings"> {
  const tables = [...built.counts].map(([{ source, target }, rows]) => ({
    ...{ table: tableLabel(target), from: tableLabel(source), rows },
  }));
  return {
    database: ports.database.label,
    next: job.names.next,
    tables,
    rows: tables.reduce((sum, { rows }) => sum + rows, 0),
    added: built.added.reduce((sum, { added }) => sum + added, 0),
    findings: [...model.findings, ...built.findings],
  };
}

function failure(error: unknown, what: string): unknown {
  const known = dataFailure(error, what);
  if (!(known instanceof LockstepError)) return known;
  const isGeneral = known.code === "RESTORE.FAILED" || known.code === "DATA.FAILED";
  if (!isGeneral) return known.with({ state: unharmed });
  const { message, notes, sqlState } = known;
  return new LockstepError("REBUILD.FAILED", message, {
    ...{ notes, state: unharmed, cause: error },
    ...(sqlState === undefined ? {} : { sqlState }),
  });
}
