/**
 * Where the rows are in an SQL file that lockstep wrote. Nothing of the file is run: what is not one of its blocks of
 * rows is compared with what lockstep writes, and another SQL file is refused.
 */
import { LockstepError } from "../../../core/errors.ts";
import { parseDataManifest, type DataManifest, type DataTable } from "../../../data/manifest.ts";
import {
  sqlFileEnd,
  sqlFileHead,
  sqlFileInfo,
  sqlTableHead,
  type SqlEnding,
} from "../../../data/sql-file.ts";
import type { DataSource } from "../../../ports/data-files.ts";
import { linesOf } from "./lines.ts";

export interface RowBlock {
  readonly from: number;
  readonly to: number;
  readonly linesBefore: number;
}

export interface ScannedFile {
  readonly manifest: DataManifest;
  /** One per table of the manifest. */
  readonly blocks: readonly RowBlock[];
}

const endOfRows = Buffer.from("\\.");

export async function scanSqlFile(source: DataSource): Promise<ScannedFile> {
  const { label } = source;
  const scan: Scan = { label, number: 0, blocks: [] };
  let begun: Omit<RowBlock, "to"> | undefined;
  // Of rows only their end is looked for.
  const keptMax = (): number => (begun === undefined ? Number.POSITIVE_INFINITY : endOfRows.length);
  for await (const { bytes, length, at } of linesOf(source.read(""), keptMax)) {
    scan.number += 1;
    if (begun === undefined) {
      const isRows = readLine(scan, Buffer.from(bytes).toString("utf8"));
      if (isRows) begun = { from: at + length + 1, linesBefore: scan.number };
    } else if (length === 2 && endOfRows.equals(bytes)) {
      scan.blocks.push({ ...begun, to: at });
      begun = undefined;
    }
  }
  return scanned(scan);
}

interface Scan {
  readonly label: string;
  readonly blocks: RowBlock[];
  number: number;
  opening?: DataManifest;
  ending?: SqlEnding;
}

/** Gives whether rows follow. */
function readLine(scan: Scan, text: string): boolean {
  const { label, number, blocks } = scan;
  if (number === 1 && !text.startsWith(sqlFileHead)) throw foreign(label);
  if (number === 2) scan.opening = openingOf(text, label);
  if (text.startsWith(sqlFileEnd) && text.endsWith("}")) scan.ending = endingOf(text, label);
  if (!text.startsWith("COPY ")) return false;
  const table = scan.opening?.tables[blocks.length];
  if (table !== undefined && `\n${text}\n` === sqlTableHead(table)) return true;
  throw damaged(label, number);
}

function scanned({ label, opening, ending, blocks }: Scan): ScannedFile {
  if (opening === undefined) throw foreign(label);
  if (ending === undefined || blocks.length !== opening.tables.length) {
    throw new LockstepError("DATA.DAMAGED", `${label} was cut off: its last line is missing`);
  }
  const sums = ending.tables;
  const tables = opening.tables.map((table, at): DataTable => ({ ...table, ...sums[at] }));
  return { manifest: { ...opening, tables }, blocks };
}

function openingOf(text: string, label: string): DataManifest {
  if (!text.startsWith(sqlFileInfo)) throw foreign(label);
  const document: unknown = parseLine(text.slice(sqlFileInfo.length), label);
  const tables =
    typeof document === "object" && document !== null && "tables" in document
      ? document.tables
      : undefined;
  if (!Array.isArray(tables)) throw damaged(label, 2);
  // What is counted stands at the end; a manifest has it with the tables.
  const filled = tables.map((table: object) => ({ ...table, rows: 0, bytes: 0, sha256: "" }));
  return parseDataManifest(JSON.stringify({ ...(document as object), tables: filled }), label);
}

function endingOf(text: string, label: string): SqlEnding {
  const document: unknown = parseLine(text.slice(sqlFileEnd.length), label);
  if (typeof document === "object" && document !== null && "tables" in document) {
    const { tables } = document;
    // Each stream is compared with these, so a wrong one is found.
    if (Array.isArray(tables)) return { tables: tables as SqlEnding["tables"] };
  }
  throw new LockstepError("DATA.DAMAGED", `${label} ends with what can't be read`);
}

function parseLine(text: string, label: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new LockstepError("DATA.DAMAGED", `${label} has a line that can't be read`, { cause });
  }
}

function damaged(label: string, line: number): LockstepError {
  const message = `${label} is not as it was written, from line ${line} on`;
  return new LockstepError("DATA.DAMAGED", message, { where: { file: label, line } });
}

function foreign(label: string): LockstepError {
  return new LockstepError("DATA.NOT_AN_EXPORT", `${label} does not begin as an export does`);
}
