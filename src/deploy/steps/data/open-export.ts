/**
 * An export that is opened, whichever form it has: its manifest, and each table's rows as a stream that is compared
 * with its count and hash while it is read.
 */
import { createHash } from "node:crypto";
import { LockstepError } from "../../../core/errors.ts";
import {
  dataManifestName,
  parseDataManifest,
  type DataManifest,
  type DataTable,
} from "../../../data/manifest.ts";
import type { DataSource } from "../../../ports/data-files.ts";
import { countLines } from "./read-table.ts";
import { scanSqlFile } from "./scan-sql-file.ts";

export interface OpenExport {
  readonly label: string;
  readonly manifest: DataManifest;
  readonly tables: readonly ExportedTable[];
}

export interface ExportedTable extends DataTable {
  /** For people: the file that the rows are in. */
  readonly place: string;
  /** Lines of the file before the first row. */
  readonly linesBefore: number;
  /** Throws DATA.DAMAGED at the end when it is not what was written. */
  readonly stream: () => AsyncIterable<Uint8Array>;
}

export async function openExport(source: DataSource): Promise<OpenExport> {
  if ((await source.kind()) === "file") return await openFile(source);
  const size = await source.size(dataManifestName).catch(() => undefined);
  if (size === undefined) {
    throw new LockstepError("DATA.NOT_AN_EXPORT", `${source.label} has no ${dataManifestName}`);
  }
  const text = await textOf(source.read(dataManifestName));
  const manifest = parseDataManifest(text, `${source.label}/${dataManifestName}`);
  const tables = manifest.tables.map((table): ExportedTable => {
    const file = table.file ?? "";
    const stream = (): AsyncIterable<Uint8Array> => checked(source.read(file), table, file);
    return { ...table, place: file, linesBefore: 0, stream };
  });
  for (const table of tables) {
    if ((await source.size(table.place)) !== table.bytes) throw damaged(table.place);
  }
  return { label: source.label, manifest, tables };
}

async function openFile(source: DataSource): Promise<OpenExport> {
  const { manifest, blocks } = await scanSqlFile(source);
  const tables = manifest.tables.map((table, at): ExportedTable => {
    const block = blocks[at];
    const { from = 0, to = 0, linesBefore = 0 } = block ?? {};
    const place = source.label;
    const what = `${place}: ${table.schema}.${table.name}`;
    const stream = (): AsyncIterable<Uint8Array> =>
      checked(source.read("", { from, to }), table, what);
    return { ...table, place, linesBefore, stream };
  });
  return { label: source.label, manifest, tables };
}

async function* checked(
  bytes: AsyncIterable<Uint8Array>,
  table: DataTable,
  place: string,
): AsyncIterable<Uint8Array> {
  const hash = createHash("sha256");
  let rows = 0;
  for await (const piece of bytes) {
    hash.update(piece);
    rows += countLines(piece);
    yield piece;
  }
  if (hash.digest("hex") !== table.sha256 || rows !== table.rows) throw damaged(place);
}

function damaged(place: string): LockstepError {
  return new LockstepError("DATA.DAMAGED", `${place} is not what the export's manifest says`);
}

export async function textOf(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of bytes) pieces.push(piece);
  return Buffer.concat(pieces).toString("utf8");
}
