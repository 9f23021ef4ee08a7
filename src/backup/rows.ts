/**
 * COPY's two formats as streams of whole rows: what stands before and after the rows, and how many rows a piece holds.
 * A chunk of a backup is rows alone, so that any number of chunks can be put one after the other.
 */
import { InternalError } from "../core/errors.ts";
import type { CopyFormat } from "./manifest.ts";

/** PGCOPY\n\377\r\n\0, no flags, no extension. */
const binaryHead: Uint8Array = Buffer.concat([
  Buffer.from("PGCOPY\n", "latin1"),
  Buffer.from([0xff, 0x0d, 0x0a, 0x00, 0, 0, 0, 0, 0, 0, 0, 0]),
]);
const binaryEnd: Uint8Array = Buffer.from([0xff, 0xff]);

export interface Rows {
  readonly bytes: Uint8Array;
  readonly rows: number;
}

/** Takes what COPY TO hands out, in pieces that end at the end of a row, and gives the rows alone. */
export function rowReader(format: CopyFormat): (piece: Uint8Array) => Rows {
  if (format === "text") return (bytes) => ({ bytes, rows: countLines(bytes) });
  let isFirst = true;
  return (piece) => {
    const start = isFirst ? headLength(piece) : 0;
    isFirst = false;
    return binaryRows(piece.subarray(start));
  };
}

function headLength(piece: Uint8Array): number {
  const view = viewOf(piece);
  if (
    piece.length < binaryHead.length ||
    Buffer.compare(piece.subarray(0, 11), binaryHead.subarray(0, 11)) !== 0
  ) {
    throw new InternalError("COPY's binary output does not begin with its signature");
  }
  return binaryHead.length + view.getInt32(15);
}

function binaryRows(bytes: Uint8Array): Rows {
  let rows = 0;
  const end = walkBinary(bytes, () => {
    rows += 1;
  });
  return { bytes: end === bytes.length ? bytes : bytes.subarray(0, end), rows };
}

/** Calls with where each row begins and ends; gives where the last one does. */
function walkBinary(bytes: Uint8Array, onRow: (start: number, end: number) => void): number {
  const view = viewOf(bytes);
  const length = bytes.length;
  let at = 0;
  while (at < length) {
    const start = at;
    const fields = view.getInt16(at);
    if (fields === -1) return at;
    at += 2;
    for (let field = 0; field < fields; field += 1) {
      const size = view.getInt32(at);
      at += size < 0 ? 4 : 4 + size;
    }
    onRow(start, at);
  }
  if (at !== length) throw new InternalError("a piece of COPY's output ends within a row");
  return at;
}

const lineFeed = 10;

/** A line feed within a value is written as two characters. */
function walkLines(bytes: Uint8Array, onRow: (start: number, end: number) => void): void {
  let start = 0;
  for (let at = bytes.indexOf(lineFeed); at !== -1; at = bytes.indexOf(lineFeed, start)) {
    onRow(start, at + 1);
    start = at + 1;
  }
  if (start !== bytes.length)
    throw new InternalError("a piece of COPY's output ends within a line");
}

function countLines(bytes: Uint8Array): number {
  let lines = 0;
  walkLines(bytes, () => {
    lines += 1;
  });
  return lines;
}

export function eachRow(
  format: CopyFormat,
  bytes: Uint8Array,
  onRow: (row: Uint8Array) => void,
): void {
  const take = (start: number, end: number): void => onRow(bytes.subarray(start, end));
  if (format === "binary") walkBinary(bytes, take);
  else walkLines(bytes, take);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** No message to the server is larger: it keeps a whole one in memory. */
const pieceBytesMax = 256 * 1024;

/** What COPY FROM takes: the rows in pieces, with what has to stand around them. */
export function* copyInput(format: CopyFormat, rows: Uint8Array): Generator<Uint8Array> {
  if (format === "binary") yield binaryHead;
  for (let at = 0; at < rows.length; at += pieceBytesMax) {
    yield rows.subarray(at, at + pieceBytesMax);
  }
  if (format === "binary") yield binaryEnd;
}
