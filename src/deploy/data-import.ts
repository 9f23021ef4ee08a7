/**
 * What `lockstep data import` does: the rows of an export into tables that are there, and that may be newer than the
 * export. Each table gets all of its rows or none; run again after anything that cut it off, it goes on where it
 * stopped. It changes no table's structure.
 */
import { LockstepError, nothingChanged } from "../core/errors.ts";
import type { Finding } from "../core/findings.ts";
import { checkExpressions } from "../data/expression.ts";
import { withPairs } from "../data/map-rules.ts";
import { mapTables, type MapRules, type Mapped } from "../data/mapping.ts";
import { selectTables } from "../data/names.ts";
import { loadUnits } from "../data/order.ts";
import { tableLabel, type DataInventory } from "../data/tables.ts";
import { booleanOf, textOf } from "../ledger/row.ts";
import type { DataSource } from "../ports/data-files.ts";
import { ServerError, type Database, type Session } from "../ports/database.ts";
import { loadParser } from "../sql/parse.ts";
import { quoteQualifiedName } from "../sql/quote.ts";
import { clientEncoding, copySession, withSession, withSessions } from "./steps/backup/sessions.ts";
import { filledViews, setSequences } from "./steps/data/after-load.ts";
import { askMapped } from "./steps/data/ask-expressions.ts";
import { dataFailure } from "./steps/data/failure.ts";
import type { UnfitRow } from "./steps/data/fit.ts";
import { readInventory } from "./steps/data/inventory.ts";
import type { ExistingRows, ExportMapping, OnError } from "./steps/data/load-context.ts";
import { loadAll } from "./steps/data/load-all.ts";
import { loadedOtherwise, otherMap } from "./steps/data/loaded-before.ts";
import { importSchema } from "./steps/data/names.ts";
import { countRejects, forgetRejects, makeRejects, reportRejects } from "./steps/data/rejects.ts";
import { openExport, type ExportedTable, type OpenExport } from "./steps/data/open-export.ts";
import type { DataPorts } from "./steps/data/ports.ts";
import {
  beginJournal,
  endJournal,
  readJournal,
  restoreBegun,
  type Journal,
} from "./steps/restore/journal.ts";

export interface DataImportOptions {
  readonly database: Database;
  readonly source: DataSource;
  readonly jobs: number;
  /** Patterns over the export's tables; empty: all. */
  readonly tables: readonly string[];
  readonly map: MapRules;
  /** `old=new`, read in view of the export. */
  readonly mapPairs: readonly string[];
  readonly existing: ExistingRows;
  readonly onError: OnError;
  readonly disableTriggers: boolean;
  readonly signal?: AbortSignal | undefined;
}

export interface DataImportReport {
  readonly path: string;
  readonly database: string;
  readonly id: string;
  /** An import that had been cut off went on. */
  readonly resumed: boolean;
  readonly tables: readonly ImportedTable[];
  readonly rows: number;
  readonly sequences: number;
  /** Rows that were left out; with `file` they are all in rejectsFile, and here the first of them. */
  readonly rejected: number;
  readonly rejects: readonly UnfitRow[];
  readonly rejectsFile: string | undefined;
  readonly durationMs: number;
  readonly findings: readonly Finding[];
}

export interface ImportedTable {
  readonly table: string;
  /** As the export calls it. */
  readonly from: string;
  /** Of the export. */
  readonly rows: number;
  readonly loaded: number;
  readonly dropped: readonly string[];
  readonly defaulted: readonly string[];
}

/** Any number that nobody else uses. */
const lockKey = "5150318627904312290";

export async function dataImport(
  ports: DataPorts,
  options: DataImportOptions,
): Promise<DataImportReport> {
  const begin = ports.clock.monotonicMs();
  try {
    const opened = await openExport(options.source);
    return await withSession(options.database, copySession("import"), async (leader) => {
      await takeLock(ports, leader);
      const report = await run(ports, { leader, opened, options });
      return { ...report, durationMs: Math.round(ports.clock.monotonicMs() - begin) };
    });
  } catch (error) {
    throw dataFailure(error, options.database.label);
  }
}

interface Job {
  readonly leader: Session;
  readonly opened: OpenExport;
  readonly options: DataImportOptions;
}

/** What is left of a killed import ends within a second or two. */
const leftoversMs = 10_000;

async function takeLock({ clock }: DataPorts, session: Session): Promise<void> {
  const giveUpAt = clock.monotonicMs() + leftoversMs;
  for (;;) {
    const [row = {}] = await session.query(
      `select pg_catalog.pg_try_advisory_lock(${lockKey}) as taken`,
    );
    if (booleanOf(row, "taken")) return;
    if (clock.monotonicMs() > giveUpAt) {
      throw new LockstepError("DATA.BUSY", "another import is working on this database");
    }
    await clock.sleep(100);
  }
}

async function run(ports: DataPorts, job: Job): Promise<Omit<DataImportReport, "durationMs">> {
  const { leader, opened, options } = job;
  const { manifest } = opened;
  const inventory = await readInventory(leader);
  const mapped = await plan(opened, inventory, options);
  const begun = await restoreBegun(leader, importSchema);
  const resumed = begun === manifest.id;
  if (begun !== undefined && !resumed) {
    throw new LockstepError("DATA.OTHER_IMPORT", `an import of the export ${begun} is half done`);
  }
  refuseUnfit(mapped, options);
  await askMapped(leader, mapped.tables);
  const otherwise = resumed ? await loadedOtherwise(leader, mapped) : [];
  if (otherwise.length > 0 && options.existing !== "replace") throw otherMap(otherwise);
  if (!resumed && options.existing === "refuse") await refuseRows(leader, mapped);
  const begunJournal = resumed
    ? await readJournal(leader, importSchema)
    : await beginJournal(leader, manifest.id, importSchema);
  await leader.script(makeRejects);
  const journal =
    options.existing === "replace"
      ? await empty(leader, mapped, { journal: begunJournal, resumed, otherwise })
      : begunJournal;
  const leftOut = await countRejects(leader);
  const loaded = await load(ports, { job, inventory, mapped, journal, leftOut });
  const sequences = await setSequences(leader, {
    sequences: manifest.sequences,
    whereabouts: whereaboutsIn(mapped),
    tables: mapped.tables.map(({ target }) => target),
  }).catch((error: unknown) => {
    const state = "all rows are loaded; not all sequences go on behind them yet";
    throw dataFailure(error, "the sequences", { state });
  });
  const rejected = await reportRejects(leader, options);
  await endJournal(leader, importSchema);
  return {
    ...{ path: opened.label, database: options.database.label, id: manifest.id, resumed },
    tables: mapped.tables.map((mapping) => ({
      table: tableLabel(mapping.target),
      from: tableLabel(mapping.source),
      rows: mapping.source.rows,
      loaded: loaded.get(mapping) ?? 0,
      dropped: mapping.dropped,
      defaulted: mapping.defaulted,
    })),
    rows: [...loaded.values()].reduce((sum, rows) => sum + rows, 0),
    ...{ sequences, ...rejected },
    findings: [...findingsOf(mapped, options), ...(await staleViews(leader))],
  };
}

async function plan(
  opened: OpenExport,
  inventory: DataInventory,
  { tables, map, mapPairs }: DataImportOptions,
): Promise<Mapped<ExportedTable>> {
  const parser = await loadParser();
  const uses = checkExpressions(parser, map.expressions);
  const chosen = selectTables(opened.tables, tables);
  const rules = withPairs(map, mapPairs, chosen);
  const mapped = mapTables(chosen, inventory.tables, rules, uses);
  if (mapped.tables.length > 0 || chosen.length === 0) return mapped;
  const names = chosen.slice(0, 5).map(tableLabel).join(", ");
  throw new LockstepError("DATA.TABLE_ABSENT", `none of the export's tables is there: ${names}`);
}

function refuseUnfit({ tables }: Mapped<ExportedTable>, options: DataImportOptions): void {
  const of = (isWrong: (mapping: ExportMapping) => boolean): readonly string[] =>
    tables.filter(isWrong).map(({ target }) => tableLabel(target));
  const denied = of(({ target }) => !target.canInsert);
  if (denied.length > 0) {
    throw new LockstepError("DATA.DENIED", `the role may not write to ${denied.join(", ")}`);
  }
  const hidden = of(({ target }) => target.hidesRows);
  if (hidden.length > 0) {
    throw new LockstepError("DATA.ROW_SECURITY", `policies apply to ${hidden.join(", ")}`);
  }
  const foreign = of(({ target }) => target.triggers.length > 0 && !target.isOwner);
  if (options.disableTriggers && foreign.length > 0) {
    throw new LockstepError("DATA.TRIGGERS", `the role does not own ${foreign.join(", ")}`);
  }
  const keyless = of(({ target }) => target.key.length === 0);
  if (options.existing === "update" && keyless.length > 0) {
    throw new LockstepError("DATA.NO_KEY", `no primary key: ${keyless.join(", ")}`);
  }
}

async function refuseRows(session: Session, { tables }: Mapped<ExportedTable>): Promise<void> {
  const filled: string[] = [];
  for (let at = 0; at < tables.length; at += tablesPerQuery) {
    const queries = tables.slice(at, at + tablesPerQuery).map(({ target }, offset) => {
      const only = target.isPartitioned ? "" : "only ";
      const name = quoteQualifiedName(target.schema, target.name);
      return `select ${at + offset}::text as position where exists (select from ${only}${name})`;
    });
    const rows = await session.query(queries.join("\nunion all\n"));
    for (const row of rows) {
      const mapping = tables[Number(textOf(row, "position"))];
      if (mapping !== undefined) filled.push(tableLabel(mapping.target));
    }
  }
  if (filled.length === 0) return;
  const message = `${filled.slice(0, 5).join(", ")}${filled.length > 5 ? ` and ${filled.length - 5} more` : ""} have rows already`;
  throw new LockstepError("DATA.NOT_EMPTY", message, { data: { tables: filled } });
}

const tablesPerQuery = 200;

/**
 * All at once, since they refer to each other; recorded, so that a second run does not empty what the first filled.
 * What a run without --existing replace had loaded is gone then too, and so is what the journal says of it.
 */
async function empty(
  session: Session,
  mapped: Mapped<ExportedTable>,
  { journal, resumed, otherwise }: Emptying,
): Promise<Journal> {
  const { tables } = mapped;
  const isEmptied = journal.isDone("emptied") && otherwise.length === 0;
  if (isEmptied || tables.length === 0) return journal;
  const names = tables.map(({ target }) => {
    const only = target.isPartitioned ? "" : "only ";
    return `${only}${quoteQualifiedName(target.schema, target.name)}`;
  });
  const statements = [
    ...["begin", `truncate ${names.join(", ")}`],
    ...[`delete from ${importSchema}.done`, forgetRejects, journal.line("emptied"), "commit"],
  ];
  try {
    await session.script(statements.join(";\n"));
  } catch (error) {
    if (session.transaction !== "idle") await session.script("rollback");
    if (!resumed) await endJournal(session, importSchema);
    throw emptyFailure(error, mapped);
  }
  return await readJournal(session, importSchema);
}

interface Emptying {
  readonly journal: Journal;
  readonly resumed: boolean;
  /** Loaded by another map. */
  readonly otherwise: readonly string[];
}

function emptyFailure(error: unknown, { droppedTables }: Mapped<ExportedTable>): unknown {
  const failure = dataFailure(error, "the tables can't be emptied", { state: nothingChanged });
  const isReferred = error instanceof ServerError && error.sqlState === "0A000";
  if (!isReferred || !(failure instanceof LockstepError)) return failure;
  const gone = droppedTables.slice(0, 5).map(tableLabel).join(", ");
  const notes = gone === "" ? [] : [`in the export, and not in the database: ${gone}`];
  return failure.with({
    notes: [...failure.notes, ...notes],
    next: "A table that gets no rows refers to one that does. Was it renamed: --map OLD=NEW. Else empty it first, or choose --existing skip, update or append.",
  });
}

interface LoadJob {
  readonly job: Job;
  readonly inventory: DataInventory;
  readonly mapped: Mapped<ExportedTable>;
  readonly journal: Journal;
  readonly leftOut: ReadonlyMap<string, number>;
}

async function load(
  ports: DataPorts,
  { job, inventory, mapped, journal, leftOut }: LoadJob,
): Promise<Awaited<ReturnType<typeof loadAll>>> {
  const { opened, options } = job;
  const units = loadUnits(
    mapped.tables.map(({ target }) => target.oid),
    inventory.foreignKeys,
  );
  const { encoding } = opened.manifest.server;
  const settings = copySession("import", clientEncoding(encoding));
  const count = Math.max(1, Math.min(options.jobs, units.length));
  return await withSessions(options.database, { count, options: settings }, (sessions) =>
    loadAll(ports, { sessions, units, mapped, journal, leftOut, inventory, options }),
  );
}

function whereaboutsIn({
  tables,
}: Mapped<ExportedTable>): Parameters<typeof setSequences>[1]["whereabouts"] {
  return (schema, table, column) => {
    const mapping = tables.find(({ source }) => source.schema === schema && source.name === table);
    const found = mapping?.columns.find(({ source }) => source?.name === column);
    if (mapping === undefined || found === undefined) return undefined;
    return { table: mapping.target, column: found.target.name };
  };
}

function findingsOf(mapped: Mapped<ExportedTable>, options: DataImportOptions): readonly Finding[] {
  const tables = mapped.droppedTables.map((table): Finding => ({
    code: "DATA.DROPPED",
    severity: table.rows > 0 ? "warning" : "info",
    message: `is not in the database: its ${table.rows} rows were left out`,
    object: tableLabel(table),
  }));
  const columns = mapped.tables.flatMap(({ source, dropped }) =>
    dropped.map((column): Finding => ({
      code: "DATA.DROPPED",
      severity: source.rows > 0 ? "warning" : "info",
      message: "is not in the database any more: its values were left out",
      object: `${tableLabel(source)}.${column}`,
    })),
  );
  const { disableTriggers, existing } = options;
  if (disableTriggers) return [...tables, ...columns];
  const firing = mapped.tables.flatMap(({ target, source }): readonly Finding[] => {
    const names = target.triggers
      .filter(({ on }) => on.includes("insert") || (existing === "update" && on.includes("update")))
      .map(({ name }) => name);
    if (names.length === 0 || source.rows === 0) return [];
    const message = `its triggers fired: ${names.join(", ")}`;
    return [{ code: "DATA.TRIGGERS_FIRE", severity: "info", message, object: tableLabel(target) }];
  });
  return [...tables, ...columns, ...firing];
}

async function staleViews(session: Session): Promise<readonly Finding[]> {
  const views = await filledViews(session);
  return views.map((object) => ({
    code: "DATA.STALE_VIEW",
    severity: "info",
    message: "shows the rows from before the import",
    object,
  }));
}
