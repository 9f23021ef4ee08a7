/**
 * Bytes of a file to text, or an error that says at which line and column they are none. A byte order mark is taken
 * off here and nowhere else; line ends stay as they are.
 */
import { LockstepError } from "../core/errors.ts";

export interface DecodedText {
  readonly text: string;
  readonly hasByteOrderMark: boolean;
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Text is what somebody has read as UTF-8 and found to be it, byte order mark included. */
export function decodeText(content: string | Uint8Array, path: string): DecodedText {
  if (typeof content !== "string") return decodeBytes(content, path);
  // To say where, the bytes are needed.
  if (content.includes("\0")) return decodeBytes(new TextEncoder().encode(content), path);
  const hasByteOrderMark = content.charCodeAt(0) === byteOrderMark;
  return { text: hasByteOrderMark ? content.slice(1) : content, hasByteOrderMark };
}

const byteOrderMark = 0xfeff;

function decodeBytes(bytes: Uint8Array, path: string): DecodedText {
  refuseOtherEncodings(bytes, path);
  const hasByteOrderMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  const body = hasByteOrderMark ? bytes.subarray(3) : bytes;
  const nulAt = body.indexOf(0);
  if (nulAt >= 0) throw encodingError(path, body, nulAt, "a NUL character");
  try {
    return { text: decoder.decode(body), hasByteOrderMark };
  } catch {
    throw encodingError(path, body, firstInvalid(body), "a byte that is not UTF-8");
  }
}

function refuseOtherEncodings(bytes: Uint8Array, path: string): void {
  const [first, second] = [bytes[0], bytes[1]];
  const isUtf16 = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  if (isUtf16) {
    throw new LockstepError("PROJECT.ENCODING", `${path} is UTF-16, not UTF-8`, {
      where: { file: path },
    });
  }
}

function encodingError(path: string, body: Uint8Array, at: number, what: string): LockstepError {
  const before = new TextDecoder().decode(body.subarray(0, at));
  const lines = before.split("\n");
  const line = lines.length;
  const column = [...(lines.at(-1) ?? "")].length + 1;
  const hex = (body[at] ?? 0).toString(16).padStart(2, "0");
  return new LockstepError("PROJECT.ENCODING", `${path} holds ${what} (0x${hex})`, {
    where: { file: path, line, column },
  });
}

/** Halves the text until the first byte that spoils it is found. */
function firstInvalid(body: Uint8Array): number {
  let [valid, spoiled] = [0, body.length];
  while (spoiled - valid > 1) {
    const middle = Math.floor((valid + spoiled) / 2);
    // As a stream, a character that is cut at the end is no fault yet.
    if (isValidBeginning(body.subarray(0, middle))) valid = middle;
    else spoiled = middle;
  }
  return characterStart(body, valid);
}

function isValidBeginning(body: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(body, { stream: true });
    return true;
  } catch {
    return false;
  }
}

/** The longest beginning may end inside a character that is never finished: point at its first byte. */
function characterStart(body: Uint8Array, valid: number): number {
  for (let back = 1; back <= 3 && valid - back >= 0; back++) {
    const byte = body[valid - back] ?? 0;
    if (byte < 0x80) return valid;
    if (byte >= 0xc0) {
      const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return length > back ? valid - back : valid;
    }
  }
  return valid;
}
