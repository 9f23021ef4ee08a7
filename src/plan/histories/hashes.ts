/** The hashes that other tools keep of their files, so that a file can be held against what was applied. */
import { createHash } from "node:crypto";

export function sha256Forms(bytes: Uint8Array): readonly string[] {
  return lineEndForms(bytes).map((form) => digest("sha256", form));
}

export function sha384(bytes: Uint8Array): readonly string[] {
  return [digest("sha384", bytes)];
}

export function md5Forms(bytes: Uint8Array): readonly string[] {
  return lineEndForms(bytes).map((form) => digest("md5", form));
}

function digest(algorithm: string, bytes: Uint8Array): string {
  return createHash(algorithm).update(bytes).digest("hex");
}

/** As it is, and as it was where git wrote the other line ends. */
function lineEndForms(bytes: Uint8Array): readonly Uint8Array[] {
  const content = new TextDecoder().decode(bytes);
  const feeds = content.replaceAll("\r\n", "\n");
  const encoder = new TextEncoder();
  return [bytes, encoder.encode(feeds), encoder.encode(feeds.replaceAll("\n", "\r\n"))];
}

/** Flyway: CRC-32 over the lines without their ends, the byte order mark left out, as a signed number. */
export function crc32OfLines(bytes: Uint8Array): readonly string[] {
  const content = new TextDecoder("utf-8", { ignoreBOM: false }).decode(bytes);
  const lines = content.split(/\r\n|\r|\n/);
  if (lines.at(-1) === "") lines.pop();
  const joined = new TextEncoder().encode(lines.join(""));
  let crc = -1;
  for (const byte of joined) crc = (crc >>> 8) ^ (crcTable[(crc ^ byte) & 0xff] ?? 0);
  return [String(~crc | 0)];
}

const crcTable = Int32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});
