/** What loading one unit of tables works with. */
import type { TableMapping } from "../../../data/mapping.ts";
import type { LoadUnit } from "../../../data/order.ts";
import type { ForeignKeyFacts } from "../../../data/tables.ts";
import type { Session } from "../../../ports/database.ts";
import type { UnfitRow } from "./fit.ts";
import type { ExportedTable } from "./open-export.ts";

export type ExistingRows = "refuse" | "append" | "skip" | "update" | "replace";
export type OnError = "stop" | "skip" | "file";

export interface LoadContext {
  readonly session: Session;
  readonly existing: ExistingRows;
  readonly onError: OnError;
  readonly disableTriggers: boolean;
  /** Of the database, for what a violated one refers to. */
  readonly foreignKeys: readonly ForeignKeyFacts[];
  /** Rows are left out; the transaction goes on. Their values are in the stage. */
  readonly reject: (rows: readonly UnfitRow[], stage: StagedLines) => Promise<void>;
  /** What state the database is in when this unit fails. */
  readonly state: string;
}

/** The temporary table that holds what is loaded, and the column with the lines' numbers. */
export interface StagedLines {
  readonly stage: string;
  readonly lineColumn: string;
  /** Of the file, so many lines are not in it. */
  readonly linesBefore: number;
}

export type ExportMapping = TableMapping<ExportedTable>;

export interface UnitLoad {
  readonly unit: LoadUnit;
  readonly mappings: readonly ExportMapping[];
  /** A line of the journal. */
  readonly journalLine: string;
}

/** Rows that went into the table. */
export type Loaded = ReadonlyMap<ExportMapping, number>;
