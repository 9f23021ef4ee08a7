/**
 * What an export says about itself: `manifest.json` of a folder, the second line of an SQL file. It is for people and
 * for import; what was masked is named, and no key and no rule's value is in it.
 */
import { LockstepError } from "../core/errors.ts";
import type { SequenceFacts } from "./tables.ts";

export const dataFormat = "lockstep-data";
export const dataFormatVersion = 1;
export const dataManifestName = "manifest.json";

export interface DataManifest {
  readonly format: typeof dataFormat;
  readonly formatVersion: number;
  readonly id: string;
  /** The server's time of the snapshot, RFC 3339 in UTC. */
  readonly takenAt: string;
  readonly toolVersion: string;
  readonly server: { readonly major: number; readonly database: string; readonly encoding: string };
  readonly snapshot: { readonly lsn: string };
  readonly tables: readonly DataTable[];
  readonly sequences: readonly SequenceFacts[];
  /** So many rows of each table that refers to no other; null: all. */
  readonly sample: number | null;
  readonly leftOut: LeftOut;
}

export interface DataTable {
  readonly schema: string;
  readonly name: string;
  readonly columns: readonly DataColumn[];
  readonly rows: number;
  readonly bytes: number;
  /** Of the rows as COPY's text. */
  readonly sha256: string;
  /** In a folder. */
  readonly file?: string;
  readonly condition?: string;
}

export interface DataColumn {
  readonly name: string;
  readonly type: string;
  readonly masked?: true;
}

export interface LeftOut {
  readonly foreignTables: readonly string[];
  readonly largeObjects: number;
}

/** Its own line of the result names each table: small enough to look at, large enough to be read by programs. */
export function dataManifestText(manifest: DataManifest): string {
  return `${JSON.stringify(manifest, undefined, 2)}\n`;
}

export function parseDataManifest(text: string, what: string): DataManifest {
  const document = parseJson(text, what);
  const { format, formatVersion, tables, sequences } = document;
  if (format !== dataFormat || typeof formatVersion !== "number") throw foreign(what);
  if (formatVersion > dataFormatVersion) {
    throw new LockstepError(
      "DATA.NEWER_FORMAT",
      `${what} is of format ${formatVersion}, this lockstep reads up to ${dataFormatVersion}`,
    );
  }
  if (!Array.isArray(tables) || !Array.isArray(sequences) || !tables.every(isTable)) {
    throw new LockstepError("DATA.DAMAGED", `${what} has no list of tables that can be read`);
  }
  // Its format and the shape of what decides are checked; the rest is for people.
  return document as unknown as DataManifest;
}

function isTable(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { schema, name, columns, rows, sha256, file } = fieldsOf(value);
  const isFile = file === undefined || (typeof file === "string" && /^[\w.%-]+$/.test(file));
  const names = [schema, name, sha256].every((text) => typeof text === "string");
  return names && isFile && typeof rows === "number" && Array.isArray(columns);
}

function fieldsOf(value: object): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(value));
}

function parseJson(text: string, what: string): Readonly<Record<string, unknown>> {
  try {
    const document: unknown = JSON.parse(text);
    if (typeof document === "object" && document !== null) {
      return fieldsOf(document);
    }
  } catch (cause) {
    throw new LockstepError("DATA.DAMAGED", `${what} is no JSON`, { cause });
  }
  throw foreign(what);
}

function foreign(what: string): LockstepError {
  return new LockstepError("DATA.NOT_AN_EXPORT", `${what} is not one of an export`);
}

/** A file's name that every file system takes, and that says which table is in it. */
export function dataFileName(
  { schema, name }: DataTable | { schema: string; name: string },
  number: number,
): string {
  const plain = `${schema}.${name}`.replaceAll(/[^\w.-]/g, "-").slice(0, 100);
  return `${String(number).padStart(4, "0")}-${plain}.copy`;
}
