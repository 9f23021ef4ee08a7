/**
 * One hash over what is applied, computed here from the files and by the server from its rows (queries.ts has the
 * other half). Both must agree byte for byte: lines `id SPACE bytes-hash`, joined by line feeds, in the order of the
 * ids' UTF-8 bytes, which is the server's collation "C".
 */
import { sha256 } from "../core/hash.ts";

export interface DigestLine {
  readonly id: string;
  readonly bytesHash: string;
}

export function ledgerDigest(lines: readonly DigestLine[]): string {
  const sorted = lines.toSorted((left, right) => compareByBytes(left.id, right.id));
  return sha256(sorted.map((line) => `${line.id} ${line.bytesHash}`).join("\n"));
}

/** The order of UTF-8 bytes; JavaScript's own puts the characters above U+FFFF before U+E000 to U+FFFF. */
export function compareByBytes(left: string, right: string): number {
  if (!beyondPlain.test(left) && !beyondPlain.test(right)) {
    return left === right ? 0 : left < right ? -1 : 1;
  }
  const length = Math.min(left.length, right.length);
  for (let index = 0; index < length; index += 1) {
    const difference = rank(left.charCodeAt(index)) - rank(right.charCodeAt(index));
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

/** Below these, the order of JavaScript is the order of bytes. */
const beyondPlain = /[\ud800-\uffff]/;

/** Surrogates stand for characters above all others. */
function rank(codeUnit: number): number {
  if (codeUnit < 0xd800) return codeUnit;
  return codeUnit >= 0xe000 ? codeUnit - 0x800 : codeUnit + 0x2000;
}
