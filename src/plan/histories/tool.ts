/**
 * What another tool's history says, read out of its rows: a tool is a value, and adding one is a row in tools.ts and a
 * case in its test. Nothing here touches a database, and nothing that the other tool wrote is ever changed.
 */
import type { JsonObject, JsonValue } from "../../core/errors.ts";

/** A row of the history table, as JSON has it. */
export type HistoryRow = JsonObject;

export interface HistoryEntry {
  /** As the tool calls it: a version, a name, a file. */
  readonly key: string;
  /** Of the file's content, in the form that `HistoryTool.hash` gives. */
  readonly hash?: string | undefined;
  /** When the tool ran it, as the tool wrote it. */
  readonly appliedAt?: string | undefined;
}

export interface History {
  /** In the order in which they were applied. */
  readonly entries: readonly HistoryEntry[];
  /** A version that stands for everything up to it: tools that keep no set, and baselines. */
  readonly upTo?: string | undefined;
  /** Branches' newest; which migrations each stands for is written in the tool's own files. */
  readonly heads?: readonly string[];
  /** A migration that failed half way. */
  readonly dirty?: string | undefined;
  /** What deserves a word. */
  readonly notes?: readonly string[];
}

export interface HistoryTable {
  /** Undefined: in any schema. */
  readonly schema?: string;
  readonly table: string;
}

export interface HistoryTool {
  /** As --from takes it. */
  readonly name: string;
  readonly title: string;
  readonly tables: readonly HistoryTable[];
  /** Columns that the table has; the tool with the most of them wins where several share a table's name. */
  readonly columns: readonly string[];
  /** Another table in the same schema that tells it from others. */
  readonly beside?: string;
  /** A row of a table in the same schema that says that the tool is at work. */
  readonly lock?: { readonly table: string; readonly column: string };
  /** Other tables of the tool's own in the same schema. */
  readonly companions?: readonly string[];
  readonly read: (rows: readonly HistoryRow[]) => History;
  /** What a key is compared with: the version in a file's name, or its name with or without the ending. */
  readonly by: "version" | "name" | "hash";
  /** Every form of the file's content that the tool would have hashed to the same: one must fit. */
  readonly hashes?: (bytes: Uint8Array) => readonly string[];
}

export function text(row: HistoryRow, column: string): string {
  const value: JsonValue | undefined = row[column];
  return typeof value === "string"
    ? value
    : value === null || value === undefined
      ? ""
      : String(value);
}

export function isTrue(row: HistoryRow, column: string): boolean {
  return row[column] === true || row[column] === 1 || row[column] === "t";
}

export function number(row: HistoryRow, column: string): number {
  return Number(row[column] ?? 0);
}

export function byNumber(column: string): (left: HistoryRow, right: HistoryRow) => number {
  return (left, right) => number(left, column) - number(right, column);
}

/** Each row is a migration that is applied. */
export function setOf(key: string, appliedAt?: string): (rows: readonly HistoryRow[]) => History {
  return (rows) => ({ entries: rows.map((row) => entryOf(row, key, appliedAt)) });
}

export function entryOf(row: HistoryRow, key: string, appliedAt?: string): HistoryEntry {
  const at = appliedAt === undefined ? undefined : text(row, appliedAt);
  return { key: text(row, key), appliedAt: at === "" ? undefined : at };
}
