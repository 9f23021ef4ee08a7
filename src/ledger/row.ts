/**
 * Reading the columns of a row into typed values. A column that is not what the query promises is a bug of ours, or
 * a ledger that somebody changed by hand: either way it is said, and nothing is guessed.
 */
import type { JsonObject } from "../core/errors.ts";
import { InternalError } from "../core/errors.ts";

export type LedgerRow = Readonly<Record<string, unknown>>;

export function textOf(row: LedgerRow, column: string): string {
  const value = row[column];
  if (typeof value !== "string") throw wrong(row, column, "text");
  return value;
}

export function optionalTextOf(row: LedgerRow, column: string): string | undefined {
  const value = row[column];
  return value === null || value === undefined ? undefined : textOf(row, column);
}

/** int8 and numeric arrive as strings; ours are far below 2^53. */
export function numberOf(row: LedgerRow, column: string): number {
  const value = row[column];
  const number = typeof value === "string" ? Number(value) : value;
  if (typeof number !== "number" || Number.isNaN(number)) throw wrong(row, column, "a number");
  return number;
}

export function optionalNumberOf(row: LedgerRow, column: string): number | undefined {
  const value = row[column];
  return value === null || value === undefined ? undefined : numberOf(row, column);
}

export function booleanOf(row: LedgerRow, column: string): boolean {
  const value = row[column];
  if (typeof value !== "boolean") throw wrong(row, column, "a boolean");
  return value;
}

export function jsonObjectOf(row: LedgerRow, column: string): JsonObject {
  const value = row[column];
  if (!isJsonObject(value)) throw wrong(row, column, "a JSON object");
  return value;
}

/** One word of a known few. */
export function wordOf<Word extends string>(
  row: LedgerRow,
  column: string,
  words: readonly Word[],
): Word {
  const value = row[column];
  const word = words.find((candidate) => candidate === value);
  if (word === undefined) throw wrong(row, column, `one of ${words.join(", ")}`);
  return word;
}

/** What the driver parsed from json or jsonb holds JSON values only. */
function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function wrong(row: LedgerRow, column: string, expected: string): InternalError {
  return new InternalError(
    `the ledger's column ${column} should be ${expected} and is ${JSON.stringify(row[column])}`,
  );
}
