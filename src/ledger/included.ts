/**
 * What the ledger keeps of the files that an applied one read: the text of scripts, so that an edit can be shown
 * statement by statement, and of rows for COPY, which may be many, their hash alone.
 */
import type { JsonObject } from "../core/errors.ts";
import { InternalError } from "../core/errors.ts";
import type { LedgerRow } from "./row.ts";

export interface KeptInclude {
  readonly path: string;
  readonly bytesHash: string;
  /** Undefined for rows. */
  readonly text: string | undefined;
}

export function keptEntry({ path, bytesHash, text }: KeptInclude): JsonObject {
  return { path, sha256: bytesHash, ...(text === undefined ? {} : { text }) };
}

export function keptIncludesOf(row: LedgerRow, column: string): readonly KeptInclude[] {
  const value = row[column];
  if (value === null || value === undefined) return [];
  if (!Array.isArray(value)) throw wrong(column);
  return value.map((entry: unknown) => {
    if (typeof entry !== "object" || entry === null) throw wrong(column);
    if (!("path" in entry) || !("sha256" in entry)) throw wrong(column);
    const { path, sha256 } = entry;
    const text: unknown = "text" in entry ? entry.text : undefined;
    if (typeof path !== "string" || typeof sha256 !== "string") throw wrong(column);
    return { path, bytesHash: sha256, text: typeof text === "string" ? text : undefined };
  });
}

function wrong(column: string): InternalError {
  return new InternalError(`the ledger's column ${column} is not what lockstep writes there`);
}
