/**
 * A checksum of rows whatever their order: rows that were loaded on several connections come back in another one. It
 * is there to find accidents, not attackers.
 */
import { createHash } from "node:crypto";
import type { CopyFormat } from "./manifest.ts";
import { eachRow } from "./rows.ts";

export interface RowDigest {
  /** Whole rows, without what COPY puts around them. */
  readonly add: (rows: Uint8Array) => void;
  /** Equal for equal rows, each as often. */
  readonly value: () => string;
}

export function rowDigest(format: CopyFormat): RowDigest {
  const sums = new Uint32Array(4);
  let count = 0;
  const addRow = (row: Uint8Array): void => {
    const hash = createHash("sha256").update(row).digest();
    for (let word = 0; word < sums.length; word += 1) {
      sums[word] = (sums[word] ?? 0) + hash.readUInt32LE(word * 4);
    }
    count += 1;
  };
  return {
    add: (rows) => eachRow(format, rows, addRow),
    value: () => `${count} ${Buffer.from(sums.buffer).toString("hex")}`,
  };
}
