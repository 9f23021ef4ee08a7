/** A row that the server did not take, as what can be said about it: which line, which column, and why. */
import { LockstepError } from "../../../core/errors.ts";
import { parseTextRow } from "../../../data/text-row.ts";
import type { ForeignKeyFacts } from "../../../data/tables.ts";
import { ServerError } from "../../../ports/database.ts";
import { serverNotes } from "./failure.ts";
import { linesOf } from "./lines.ts";
import type { ExportedTable } from "./open-export.ts";

export interface UnfitRow {
  /** `schema.table` as it is called now. */
  readonly table: string;
  readonly file: string;
  /** Undefined: it could not be found out. */
  readonly line: number | undefined;
  readonly column: string | undefined;
  readonly sqlState: string;
  readonly reason: string;
  /** As it stands in the file. */
  readonly row?: string;
}

/** Of errors that are a row's fault: data exceptions and violated constraints, and what triggers raise. */
export const rowsFaultClasses: readonly string[] = ["22", "23", "P0", "44"];

export function isRowsFault(error: unknown): error is ServerError {
  return error instanceof ServerError && rowsFaultClasses.includes(error.sqlState.slice(0, 2));
}

/**
 * The line of the stream and the column, where COPY says so: `COPY users, line 3, column age: "x"`, in whichever
 * language.
 */
export function placeInCopy(
  { context, object }: ServerError,
  name: string,
): { readonly line: number | undefined; readonly column: string | undefined } {
  const begin = `COPY ${name}, `;
  const text = (context ?? "").split("\n").find((line) => line.startsWith(begin)) ?? "";
  const found = /^\S+ (\d+)(?:, \S+ (.+?): )?/.exec(text.slice(begin.length));
  return {
    line: found?.[1] === undefined ? undefined : Number(found[1]),
    column: object.column ?? found?.[2],
  };
}

/** A larger row is not looked into: naming its line is not worth the memory. */
const rowBytesMax = 8 * 1024 * 1024;

/** Of a foreign key the server names the values, not the line: the first row that has them. */
export async function lineOfValues(
  table: ExportedTable,
  columns: readonly string[],
  error: ServerError,
): Promise<number | undefined> {
  const text = /\)=\((.*)\)/s.exec(error.detail ?? "")?.[1];
  if (text === undefined) return undefined;
  const positions = columns.map((column) => table.columns.findIndex(({ name }) => name === column));
  if (positions.includes(-1)) return undefined;
  let number = 0;
  for await (const { bytes, length } of linesOf(table.stream(), () => rowBytesMax)) {
    number += 1;
    if (bytes.length < length) continue;
    const fields = parseTextRow(Buffer.from(bytes).toString("utf8"));
    if (positions.map((at) => fields[at] ?? "").join(", ") === text) return number;
  }
  return undefined;
}

export interface UnfitQuestion {
  readonly source: ExportedTable;
  readonly label: string;
  readonly error: ServerError;
  readonly line: number | undefined;
  readonly column: string | undefined;
}

export function unfitRow({ source, label, error, line, column }: UnfitQuestion): UnfitRow {
  const detail = error.detail === undefined ? "" : ` (${error.detail})`;
  return {
    table: label,
    file: source.place,
    line: line === undefined ? undefined : source.linesBefore + line,
    column: column ?? error.object.column,
    sqlState: error.sqlState,
    reason: `${error.message}${detail}`,
  };
}

export function unfitError(row: UnfitRow, error: ServerError, state: string): LockstepError {
  const { table, file, line, column, reason } = row;
  const place = line === undefined ? "" : `, line ${line}`;
  const which = column === undefined ? "" : `, column ${column}`;
  return new LockstepError("DATA.ROW", `${table}${place}${which}: ${reason}`, {
    ...(line === undefined ? {} : { where: { file, line } }),
    ...{ sqlState: error.sqlState, notes: serverNotes(error), cause: error, state },
    data: { table, line: line ?? null, column: column ?? null, reason },
  });
}

export function keyOfViolation(
  error: ServerError,
  keys: readonly ForeignKeyFacts[],
): ForeignKeyFacts | undefined {
  if (error.sqlState !== "23503") return undefined;
  return keys.find(({ name }) => name === error.object.constraint);
}
