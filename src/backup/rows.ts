/**
 * COPY's two formats as streams of rows: what stands before and after the rows, and where rows end. A piece ends
 * anywhere, since a row may be larger than what memory should hold; all chunks of a backup, put one after the other, are
 * rows alone.
 */
import { InternalError } from "../core/errors.ts";
import type { CopyFormat } from "./manifest.ts";

/** PGCOPY\n\377\r\n\0, no flags, no extension. */
const binaryHead: Uint8Array = Buffer.concat([
  Buffer.from("PGCOPY\n", "latin1"),
  Buffer.from([0xff, 0x0d, 0x0a, 0x00, 0, 0, 0, 0, 0, 0, 0, 0]),
]);
const binaryEnd: Uint8Array = Buffer.from([0xff, 0xff]);
const signatureLength = 11;
const none = new Uint8Array();

export interface Rows {
  readonly bytes: Uint8Array;
  /** How many rows end in the bytes. */
  readonly rows: number;
  /** Where the last of them does; 0: none. */
  readonly end: number;
}

/** Where a row ends in the bytes, and where it begins: at 0 where that was in an earlier piece. */
export type OnRow = (bytes: Uint8Array, start: number, end: number) => void;

export interface RowReader {
  /** What of the piece is rows; some bytes at its end may come with the next one. */
  take(piece: Uint8Array, onRow?: OnRow): Rows;
  /** All was taken: refuses an end within a row. */
  finish(): void;
}

/** Of what COPY TO hands out. */
export function rowReader(format: CopyFormat): RowReader {
  return format === "text" ? lineReader() : binaryReader(true);
}

/** Of rows alone. */
export function chunkReader(format: CopyFormat): RowReader {
  return format === "text" ? lineReader() : binaryReader(false);
}

/** The row that a piece's end cuts, between two calls. */
interface Place {
  /** Of the value. */
  bytesLeft: number;
  /** Undefined: between two rows. */
  fieldsLeft: number | undefined;
}

function binaryReader(hasHead: boolean): RowReader {
  const place: Place = { bytesLeft: 0, fieldsLeft: undefined };
  let rest: Uint8Array = none;
  let isHead = hasHead;
  let isOver = false;
  const take = (piece: Uint8Array, onRow: OnRow = ignore): Rows => {
    if (isOver) return { bytes: none, rows: 0, end: 0 };
    let bytes = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
    rest = none;
    if (isHead) {
      const length = headLength(bytes);
      if (length > bytes.length) {
        rest = bytes;
        return { bytes: none, rows: 0, end: 0 };
      }
      isHead = false;
      bytes = bytes.subarray(length);
    }
    const walked = walk(bytes, place, onRow);
    isOver = walked.isOver;
    if (!isOver && walked.at < bytes.length) rest = Buffer.from(bytes.subarray(walked.at));
    return { bytes: bytes.subarray(0, walked.at), rows: walked.rows, end: walked.end };
  };
  const finish = (): void => {
    const isBetween = place.fieldsLeft === undefined && rest.length === 0;
    if (!isBetween || isOver !== hasHead) throw endsWithin();
  };
  return { take, finish };
}

/** More than there is as long as not all of it is there. */
function headLength(bytes: Uint8Array): number {
  const known = Math.min(bytes.length, signatureLength);
  if (Buffer.compare(bytes.subarray(0, known), binaryHead.subarray(0, known)) !== 0) {
    throw new InternalError("COPY's binary output does not begin with its signature");
  }
  if (bytes.length < binaryHead.length) return binaryHead.length;
  return binaryHead.length + viewOf(bytes).getInt32(binaryHead.length - 4);
}

interface Walked {
  /** How far it went: a number that is not whole is left. */
  readonly at: number;
  readonly rows: number;
  readonly end: number;
  readonly isOver: boolean;
}

function walk(bytes: Uint8Array, place: Place, onRow: OnRow): Walked {
  const view = viewOf(bytes);
  const { length } = bytes;
  let at = Math.min(place.bytesLeft, length);
  place.bytesLeft -= at;
  let rows = 0;
  let start = 0;
  let { fieldsLeft } = place;
  let isOver = false;
  while (place.bytesLeft === 0) {
    if (fieldsLeft === 0) {
      onRow(bytes, start, at);
      fieldsLeft = undefined;
      start = at;
      rows += 1;
    } else if (fieldsLeft === undefined) {
      if (at + 2 > length) break;
      const fields = view.getInt16(at);
      isOver = fields === -1;
      if (isOver) break;
      fieldsLeft = fields;
      at += 2;
    } else {
      if (at + 4 > length) break;
      const size = Math.max(view.getInt32(at), 0);
      const end = Math.min(at + 4 + size, length);
      place.bytesLeft = at + 4 + size - end;
      fieldsLeft -= 1;
      at = end;
    }
  }
  place.fieldsLeft = fieldsLeft;
  return { at, rows, end: rows === 0 ? 0 : start, isOver };
}

const lineFeed = 10;

/** A line feed within a value is written as two characters. */
function lineReader(): RowReader {
  let isBetween = true;
  const take = (bytes: Uint8Array, onRow: OnRow = ignore): Rows => {
    let rows = 0;
    let end = 0;
    for (let at = bytes.indexOf(lineFeed); at !== -1; at = bytes.indexOf(lineFeed, end)) {
      onRow(bytes, end, at + 1);
      end = at + 1;
      rows += 1;
    }
    if (bytes.length > 0) isBetween = end === bytes.length;
    return { bytes, rows, end };
  };
  const finish = (): void => {
    if (!isBetween) throw endsWithin();
  };
  return { take, finish };
}

function ignore(): void {
  // Only the count is wanted.
}

function endsWithin(): InternalError {
  return new InternalError("COPY's output ends within a row");
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** No message to the server is larger: it keeps a whole one in memory. */
const pieceBytesMax = 256 * 1024;

/** What COPY FROM takes: the chunks' rows in pieces, with what has to stand around them. */
export async function* copyInput(
  format: CopyFormat,
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  if (format === "binary") yield binaryHead;
  for await (const rows of chunks) {
    for (let at = 0; at < rows.length; at += pieceBytesMax) {
      yield rows.subarray(at, at + pieceBytesMax);
    }
  }
  if (format === "binary") yield binaryEnd;
}

/** Chunks that have to be loaded together: a row that is larger than a chunk goes on in the next. */
export function loadsOf<Chunk extends { readonly continued?: true }>(
  chunks: readonly Chunk[],
): readonly (readonly [Chunk, ...Chunk[]])[] {
  const loads: [Chunk, ...Chunk[]][] = [];
  let isContinued = false;
  for (const chunk of chunks) {
    const last = loads.at(-1);
    if (isContinued && last !== undefined) last.push(chunk);
    else loads.push([chunk]);
    isContinued = chunk.continued === true;
  }
  return loads;
}
