/**
 * An export as one SQL file: what stands around the rows. psql loads it alone, in one transaction; lockstep reads its
 * second and its last line.
 */
import { quoteIdentifier, quoteQualifiedName, quoteLiteral } from "../sql/quote.ts";
import type { DataManifest, DataTable } from "./manifest.ts";
import type { ForeignKeyFacts, SequenceFacts } from "./tables.ts";

export const sqlFileHead = "-- lockstep data export, format ";
export const sqlFileInfo = "-- lockstep: ";
export const sqlFileEnd = "-- lockstep end: ";

type Opening = Omit<DataManifest, "tables"> & {
  readonly tables: readonly Pick<DataTable, "schema" | "name" | "columns" | "condition">[];
};

export function sqlOpening(manifest: Opening, circular: readonly ForeignKeyFacts[]): string {
  const { server, takenAt } = manifest;
  const encoding = server.encoding === "SQL_ASCII" ? "SQL_ASCII" : "UTF8";
  return [
    `${sqlFileHead}${manifest.formatVersion}`,
    `${sqlFileInfo}${JSON.stringify(manifest)}`,
    `-- The rows of a database at ${takenAt}. To load: psql -X -f THIS_FILE, or lockstep data import.`,
    "\\set ON_ERROR_STOP on",
    "BEGIN;",
    `SET LOCAL client_encoding = '${encoding}';`,
    "SET LOCAL standard_conforming_strings = on;",
    "SET LOCAL datestyle = 'ISO, YMD';",
    "SET LOCAL intervalstyle = 'postgres';",
    "SET LOCAL timezone = 'UTC';",
    "SET LOCAL xmloption = content;",
    "SET LOCAL statement_timeout = 0;",
    "SET LOCAL idle_in_transaction_session_timeout = 0;",
    "SET LOCAL row_security = off;",
    "SET CONSTRAINTS ALL DEFERRED;",
    ...circular.filter(({ deferrable }) => !deferrable).map((key) => `${deferring(key)};`),
    "",
  ].join("\n");
}

/** The server checks a foreign key of a circle only when all of its tables are there. */
export function deferring(key: ForeignKeyFacts): string {
  return `${alterConstraint(key)} DEFERRABLE INITIALLY DEFERRED`;
}

/** As it was. */
export function undeferring(key: ForeignKeyFacts): string {
  const was = key.deferrable
    ? `DEFERRABLE INITIALLY ${key.deferred ? "DEFERRED" : "IMMEDIATE"}`
    : "NOT DEFERRABLE";
  return `${alterConstraint(key)} ${was}`;
}

function alterConstraint({ heldBy, name }: ForeignKeyFacts): string {
  const table = quoteQualifiedName(heldBy.schema, heldBy.name);
  return `ALTER TABLE ${table} ALTER CONSTRAINT ${quoteIdentifier(name)}`;
}

export function sqlTableHead({
  schema,
  name,
  columns,
}: Pick<DataTable, "schema" | "name" | "columns">): string {
  const list = columns.map((column) => quoteIdentifier(column.name)).join(", ");
  const table = quoteQualifiedName(schema, name);
  return `\nCOPY ${table}${list === "" ? "" : ` (${list})`} FROM stdin;\n`;
}

export const sqlTableEnd = "\\.\n";

export interface SqlEnding {
  readonly tables: readonly Pick<DataTable, "rows" | "bytes" | "sha256">[];
}

export function sqlClosing(
  ending: SqlEnding,
  sequences: readonly SequenceFacts[],
  circular: readonly ForeignKeyFacts[],
): string {
  return [
    "",
    ...sequences.map((sequence) => `SELECT ${setSequence(sequence)};`),
    "SET CONSTRAINTS ALL IMMEDIATE;",
    ...circular.filter(({ deferrable }) => !deferrable).map((key) => `${undeferring(key)};`),
    "COMMIT;",
    `${sqlFileEnd}${JSON.stringify(ending)}`,
    "",
  ].join("\n");
}

export function setSequence({
  schema,
  name,
  last,
  called,
}: Pick<SequenceFacts, "schema" | "name" | "last" | "called">): string {
  const sequence = quoteLiteral(quoteQualifiedName(schema, name));
  return `pg_catalog.setval(${sequence}::pg_catalog.regclass, ${last}, ${String(called)})`;
}
