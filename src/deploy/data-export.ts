/**
 * What `lockstep data export` does: the rows of one state of the database into files that people and psql can read,
 * masked before they leave the server. It changes nothing in the database.
 */
import { randomBytes } from "node:crypto";
import { LockstepError } from "../core/errors.ts";
import type { Finding } from "../core/findings.ts";
import type { Secret } from "../core/secret.ts";
import { checkExpression } from "../data/expression.ts";
import {
  dataFormat,
  dataFormatVersion,
  type DataManifest,
  type DataTable,
} from "../data/manifest.ts";
import { maskKeySetting } from "../data/mask/expression.ts";
import { needsKey, planMask, type MaskPlan } from "../data/mask/plan.ts";
import type { MaskRules } from "../data/mask/rules.ts";
import { oneTable, selectTables } from "../data/names.ts";
import { loadUnits, type LoadUnit } from "../data/order.ts";
import { storedColumns, tableLabel, type DataInventory, type TableFacts } from "../data/tables.ts";
import type { DataSink, DataWriter } from "../ports/data-files.ts";
import type { Database, Session } from "../ports/database.ts";
import { loadParser, type Parser } from "../sql/parse.ts";
import { clientEncoding, copySession, withSession, withSessions } from "./steps/backup/sessions.ts";
import { askExpressions } from "./steps/data/ask-expressions.ts";
import { dataFailure } from "./steps/data/failure.ts";
import { holdTables, readInventory, readSequenceFacts } from "./steps/data/inventory.ts";
import type { DataPorts } from "./steps/data/ports.ts";
import { placesOf, takeSample, type Sample } from "./steps/data/sample.ts";
import { copyOutStatement } from "./steps/data/select.ts";
import { adoptDataSnapshot, openDataSnapshot, type DataSnapshot } from "./steps/data/snapshot.ts";
import { writeFolder } from "./steps/data/write-folder.ts";
import { writeSqlFile } from "./steps/data/write-sql-file.ts";

export interface DataExportOptions {
  readonly database: Database;
  readonly sink: DataSink;
  readonly form: "sql" | "folder";
  readonly jobs: number;
  /** Patterns; empty: all. */
  readonly tables: readonly string[];
  /** Table to condition. */
  readonly where: Readonly<Record<string, string>>;
  readonly mask: MaskRules;
  /** Undefined: one for this export alone. */
  readonly maskKey: Secret | undefined;
  readonly sample: { readonly rows: number; readonly children: number } | undefined;
  readonly toolVersion: string;
  readonly signal?: AbortSignal | undefined;
}

export interface DataExportReport {
  readonly path: string;
  readonly id: string;
  readonly takenAt: string;
  readonly tables: readonly { readonly table: string; readonly rows: number }[];
  readonly rows: number;
  readonly bytes: number;
  /** `schema.table.column` of what was masked. */
  readonly masked: readonly string[];
  readonly durationMs: number;
  readonly findings: readonly Finding[];
}

export async function dataExport(
  ports: DataPorts,
  options: DataExportOptions,
): Promise<DataExportReport> {
  const begin = ports.clock.monotonicMs();
  const parser = await loadParser();
  try {
    return await withSession(options.database, copySession("export"), async (leader) => {
      const snapshot = await openDataSnapshot(leader);
      const chosen = await choose(leader, options, parser);
      const manifest = await write(ports, { leader, snapshot, chosen, options });
      return {
        path: options.sink.label,
        id: manifest.id,
        takenAt: manifest.takenAt,
        tables: manifest.tables.map((table) => ({
          table: `${table.schema}.${table.name}`,
          rows: table.rows,
        })),
        rows: manifest.tables.reduce((sum, { rows }) => sum + rows, 0),
        bytes: manifest.tables.reduce((sum, { bytes }) => sum + bytes, 0),
        masked: maskedColumns(chosen),
        durationMs: Math.round(ports.clock.monotonicMs() - begin),
        findings: findingsOf(chosen.inventory, options),
      };
    });
  } catch (error) {
    throw dataFailure(error, options.database.label);
  }
}

export interface Chosen {
  readonly inventory: DataInventory;
  readonly tables: readonly TableFacts[];
  readonly units: readonly LoadUnit[];
  readonly mask: MaskPlan;
  readonly conditions: ReadonlyMap<number, string>;
}

/** Everything that can be refused is refused here. */
async function choose(
  leader: Session,
  options: DataExportOptions,
  parser: Parser,
): Promise<Chosen> {
  const inventory = await readInventory(leader);
  const tables = selectTables(inventory.tables, options.tables);
  refuseUnreadable(tables);
  const conditions = new Map<number, string>();
  for (const [name, condition] of Object.entries(options.where)) {
    checkExpression(parser, condition, `--where ${name}`);
    conditions.set(oneTable(tables, name).oid, condition);
  }
  const mask = planMask({ rules: options.mask, inventory, parser });
  await holdTables(leader, tables);
  await askExpressions(leader, { tables, conditions, mask });
  const units = loadUnits(
    tables.map(({ oid }) => oid),
    inventory.foreignKeys,
  );
  return { inventory, tables, units, mask, conditions };
}

function refuseUnreadable(tables: readonly TableFacts[]): void {
  const denied = tables.filter(({ canRead }) => !canRead).map(tableLabel);
  if (denied.length > 0) {
    const message = `the role may not read ${listed(denied)}`;
    throw new LockstepError("DATA.DENIED", message, { data: { tables: denied } });
  }
  const hidden = tables.filter(({ hidesRows }) => hidesRows).map(tableLabel);
  if (hidden.length === 0) return;
  const message = `policies hide rows of ${listed(hidden)} from this role`;
  throw new LockstepError("DATA.ROW_SECURITY", message, { data: { tables: hidden } });
}

export function listed(names: readonly string[]): string {
  const more = names.length > 5 ? ` and ${names.length - 5} more` : "";
  return `${names.slice(0, 5).join(", ")}${more}`;
}

interface Writing {
  readonly leader: Session;
  readonly snapshot: DataSnapshot;
  readonly chosen: Chosen;
  readonly options: DataExportOptions;
}

/** What the two forms have in common. */
export interface ExportJob {
  readonly ports: DataPorts;
  readonly sessions: readonly Session[];
  readonly writer: DataWriter;
  readonly chosen: Chosen;
  readonly opening: Omit<DataManifest, "tables">;
  /** The statements that hand out a table, one after the other. */
  readonly statementsOf: (table: TableFacts) => readonly string[];
  readonly describe: (
    table: TableFacts,
  ) => Pick<DataTable, "schema" | "name" | "columns" | "condition">;
  readonly signal: AbortSignal | undefined;
}

async function write(ports: DataPorts, writing: Writing): Promise<DataManifest> {
  const { leader, snapshot, chosen, options } = writing;
  const { jobs, sample, database } = options;
  const { tables, units, conditions, inventory } = chosen;
  const { foreignKeys } = inventory;
  const sampled =
    sample === undefined
      ? undefined
      : await takeSample({ session: leader, tables, foreignKeys, units, conditions, ...sample });
  const count = options.form === "sql" ? 1 : Math.max(1, Math.min(jobs, tables.length));
  const settings = copySession("export", clientEncoding(snapshot.encoding));
  return await withSessions(database, { count, options: settings }, async (sessions) => {
    const key = options.maskKey?.reveal() ?? randomBytes(32).toString("hex");
    for (const session of sessions) {
      await adoptDataSnapshot(session, snapshot);
      if (!needsKey(chosen.mask)) continue;
      await session.query("select pg_catalog.set_config($1, $2, true)", [maskKeySetting, key]);
    }
    const writer = await options.sink.create();
    const job: ExportJob = {
      ...{ ports, sessions, writer, chosen, signal: options.signal },
      opening: await openingOf(writing),
      statementsOf: (table) => statementsOf(chosen, table, sampled),
      describe: (table) => describeTable(chosen, table),
    };
    try {
      const manifest = options.form === "sql" ? await writeSqlFile(job) : await writeFolder(job);
      await writer.finish();
      return manifest;
    } catch (error) {
      await writer.abandon();
      throw error;
    }
  });
}

async function openingOf(writing: Writing): Promise<ExportJob["opening"]> {
  const { leader, snapshot, chosen, options } = writing;
  const names = new Set(chosen.tables.map(tableLabel));
  const all = await readSequenceFacts(leader);
  const { major } = leader.server;
  const { database, encoding, takenAt, lsn } = snapshot;
  const { foreignTables, largeObjects } = chosen.inventory;
  return {
    format: dataFormat,
    formatVersion: dataFormatVersion,
    id: randomBytes(16).toString("hex"),
    ...{ takenAt, toolVersion: options.toolVersion },
    server: { major, database, encoding },
    snapshot: { lsn },
    // Those of tables that stay behind, stay behind.
    sequences: all.filter(
      ({ of }) =>
        (of === undefined && options.tables.length === 0) ||
        (of !== undefined && names.has(`${of.schema}.${of.table}`)),
    ),
    sample: options.sample?.rows ?? null,
    leftOut: { foreignTables, largeObjects },
  };
}

function statementsOf(
  { mask, conditions }: Chosen,
  table: TableFacts,
  sample: Sample | undefined,
): readonly string[] {
  const masked = mask.get(table.oid) ?? new Map();
  if (sample === undefined) {
    return [copyOutStatement({ table, masked, condition: conditions.get(table.oid) })];
  }
  return placesOf(sample, table.oid).map((places) =>
    copyOutStatement({ table, masked, condition: undefined, places }),
  );
}

function describeTable(
  { mask, conditions }: Chosen,
  table: TableFacts,
): ReturnType<ExportJob["describe"]> {
  const masked = mask.get(table.oid);
  const condition = conditions.get(table.oid);
  return {
    schema: table.schema,
    name: table.name,
    columns: storedColumns(table).map(({ name, type }) => ({
      ...{ name, type },
      ...(masked?.has(name) === true ? { masked: true as const } : {}),
    })),
    ...(condition === undefined ? {} : { condition }),
  };
}

function maskedColumns({ tables, mask }: Chosen): readonly string[] {
  return tables.flatMap((table) =>
    [...(mask.get(table.oid)?.keys() ?? [])].map((column) => `${tableLabel(table)}.${column}`),
  );
}

function findingsOf(
  inventory: DataInventory,
  { mask, maskKey, where, sample }: DataExportOptions,
): readonly Finding[] {
  const { foreignTables, largeObjects } = inventory;
  const findings: Finding[] = foreignTables.map((object) => ({
    code: "DATA.FOREIGN_TABLE",
    severity: "info",
    message: "is a foreign table: its rows are another server's, and are not in the export",
    object,
  }));
  if (largeObjects > 0) {
    const message = `${largeObjects} large objects are not in the export; lockstep backup holds them`;
    findings.push({ code: "DATA.LARGE_OBJECTS", severity: "warning", message });
  }
  const isKeyed = mask.some(({ rule }) => rule.kind === "hash" || rule.kind === "fake");
  if (isKeyed && maskKey === undefined) {
    const message = "masked with a key of this export alone: another export gives other values";
    findings.push({ code: "DATA.MASK_KEY", severity: "info", message });
  }
  if (Object.keys(where).length > 0 && sample === undefined) {
    const message =
      "--where leaves rows out, and rows of other tables may refer to them; --sample keeps what belongs together";
    findings.push({ code: "DATA.FILTERED", severity: "info", message });
  }
  return findings;
}
