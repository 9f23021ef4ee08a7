/**
 * Bytes of a file to text. What is not UTF-8 is said with its place instead of becoming question marks in a
 * database. A byte order mark at the beginning stays in the text; the lexer passes over it.
 */
import type { Finding } from "../core/findings.ts";
import { positionAt } from "./position.ts";

export interface DecodedScript {
  /** What could not be read is U+FFFD. */
  readonly text: string;
  /** Errors; with any of them the text must not be run. */
  readonly findings: readonly Finding[];
}

export function decodeScript(bytes: Uint8Array, file: string): DecodedScript {
  const lenient = new TextDecoder("utf-8", { ignoreBOM: true });
  const text = lenient.decode(bytes);
  const wide = wideEncoding(bytes);
  if (wide !== undefined) {
    return { text, findings: [encodingError(`The file is ${wide}, not UTF-8.`, { file })] };
  }
  const findings: Finding[] = [];
  const invalid = text.includes("\ufffd") ? firstInvalidByte(bytes) : undefined;
  if (invalid !== undefined) {
    const before = lenient.decode(bytes.subarray(0, invalid));
    const shown = (bytes[invalid] ?? 0).toString(16).toUpperCase().padStart(2, "0");
    const where = { file, ...positionAt(before, before.length) };
    findings.push(encodingError(`The byte 0x${shown} is not valid UTF-8.`, where));
  }
  const nul = text.indexOf("\u0000");
  if (nul !== -1) {
    const where = { file, ...positionAt(text, nul) };
    findings.push(encodingError("The character NUL stands in the file.", where));
  }
  return { text, findings };
}

function encodingError(message: string, where: NonNullable<Finding["where"]>): Finding {
  const hint = "Save the file as UTF-8.";
  return { code: "SQL.ENCODING", severity: "error", message, where, hint };
}

function wideEncoding(bytes: Uint8Array): string | undefined {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return "UTF-16 (little endian)";
  return first === 0xfe && second === 0xff ? "UTF-16 (big endian)" : undefined;
}

/** Halving: a prefix that ends in the middle of a character is still fine while more is to come. */
function firstInvalidByte(bytes: Uint8Array): number | undefined {
  if (isValid(bytes, false)) return undefined;
  let valid = 0;
  let invalid = bytes.length;
  while (invalid - valid > 1) {
    const middle = (valid + invalid) >>> 1;
    if (isValid(bytes.subarray(0, middle), true)) valid = middle;
    else invalid = middle;
  }
  return startOfCharacter(bytes, valid);
}

function isValid(bytes: Uint8Array, more: boolean): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: more });
    return true;
  } catch {
    return false;
  }
}

/** Back over the continuation bytes of a character that is cut short; the byte at fault is named otherwise. */
function startOfCharacter(bytes: Uint8Array, at: number): number {
  let start = Math.min(at, bytes.length - 1);
  if (isValid(bytes.subarray(0, start), false)) return start;
  while (start > 0 && !isValid(bytes.subarray(0, start), false)) start -= 1;
  return start;
}
