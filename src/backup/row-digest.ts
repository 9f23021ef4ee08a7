/**
 * A checksum of rows whatever their order: rows that were loaded on several connections come back in another one. It
 * is there to find accidents, not attackers. No row is held: one that comes in pieces is hashed in pieces.
 */
import { createHash, type Hash } from "node:crypto";
import type { CopyFormat } from "./manifest.ts";
import { chunkReader } from "./rows.ts";

export interface RowDigest {
  /** Rows without what COPY puts around them, in pieces that end anywhere. */
  readonly add: (rows: Uint8Array) => void;
  /** Equal for equal rows, each as often. */
  readonly value: () => string;
}

export function rowDigest(format: CopyFormat): RowDigest {
  const sums = new Uint32Array(4);
  const reader = chunkReader(format);
  let count = 0;
  /** Of the row that has not ended yet. */
  let open: Hash | undefined;
  const addRow = (bytes: Uint8Array, start: number, end: number): void => {
    const hash = (open ?? createHash("sha256")).update(bytes.subarray(start, end)).digest();
    open = undefined;
    for (let word = 0; word < sums.length; word += 1) {
      sums[word] = (sums[word] ?? 0) + hash.readUInt32LE(word * 4);
    }
    count += 1;
  };
  return {
    add: (piece) => {
      const { bytes, end } = reader.take(piece, addRow);
      if (end < bytes.length) {
        open ??= createHash("sha256");
        open.update(bytes.subarray(end));
      }
    },
    value: () => {
      reader.finish();
      return `${count} ${Buffer.from(sums.buffer).toString("hex")}`;
    },
  };
}
