/** A row of the binary format, read value by value. It looks at no more bytes than it is asked for. */
import type { RowValues } from "../../ports/database.ts";
import type { KnownTexts } from "./known-texts.ts";

export interface BinaryRow extends RowValues {
  /** `offset` is where the count of fields stands. */
  open(bytes: Buffer, offset: number): void;
}

const oidType = 26;
const noNumbers: readonly number[] = [];

export function openBinaryRow(texts: KnownTexts): BinaryRow {
  let bytes: Buffer = Buffer.alloc(0);
  let at = 0;
  /** The length of the next value, whose bytes begin at `at` then; -1 for null. */
  const next = (): number => {
    const length = bytes.readInt32BE(at);
    at += 4;
    return length;
  };
  const elements = <T>(read: (length: number, type: number) => T): T[] | null => {
    const length = next();
    if (length === -1) return null;
    const end = at + length;
    const dimensions = bytes.readInt32BE(at);
    const type = bytes.readUInt32BE(at + 8);
    at += 12 + 8 * dimensions;
    const found: T[] = [];
    while (at < end) {
      const size = next();
      found.push(read(size, type));
      at += Math.max(size, 0);
    }
    return found;
  };
  const numberAt = (size: number, type: number): number => {
    if (size === 2) return bytes.readInt16BE(at);
    return type === oidType ? bytes.readUInt32BE(at) : bytes.readInt32BE(at);
  };
  return {
    open: (row, offset) => {
      bytes = row;
      at = offset + 2;
    },
    int: () => {
      const length = next();
      if (length <= 0) return 0;
      const start = at;
      at += length;
      if (length === 1) return bytes[start] ?? 0;
      return length === 2 ? bytes.readInt16BE(start) : bytes.readInt32BE(start);
    },
    oid: () => {
      const length = next();
      if (length <= 0) return 0;
      at += length;
      return bytes.readUInt32BE(at - length);
    },
    text: () => {
      const length = next();
      if (length === -1) return null;
      at += length;
      return texts.text(bytes, at - length, at);
    },
    texts: () => elements((size) => (size === -1 ? "" : texts.text(bytes, at, at + size))),
    numbers: () => elements(numberAt) ?? noNumbers,
  };
}
