/** PostgreSQL's messages cut out of a byte stream: enough for the proxies of the tests to count and to hold back. */

export interface Frame {
  /** The type's letter; `startup` for the messages before the first letter. */
  readonly type: string;
  /** The whole message, with letter and length. */
  readonly bytes: Buffer;
  /** After letter and length. */
  readonly body: Buffer;
}

export type FrameReader = (chunk: Buffer) => readonly Frame[];

/** A client's stream begins with messages that have no letter, until its startup packet is through. */
export function frameReader(side: "client" | "server"): FrameReader {
  let rest: Buffer = Buffer.alloc(0);
  let started = side === "server";
  return (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const frames: Frame[] = [];
    for (;;) {
      const header = started ? 5 : 4;
      if (rest.length < header) return frames;
      const length = rest.readInt32BE(header - 4) + header - 4;
      if (rest.length < length) return frames;
      const bytes = rest.subarray(0, length);
      rest = rest.subarray(length);
      const type = started ? String.fromCharCode(bytes[0] ?? 0) : "startup";
      const body = bytes.subarray(header);
      if (!started && startupCode(body) === protocol3) started = true;
      frames.push({ type, bytes, body });
    }
  };
}

export const protocol3 = 196_608;
export const sslRequestCode = 80_877_103;

export function startupCode(body: Buffer): number {
  return body.readInt32BE(0);
}

/** The names and values of a startup packet. */
export function startupParameters(body: Buffer): ReadonlyMap<string, string> {
  const words = body.toString("utf8", 4).split("\0");
  const found = new Map<string, string>();
  for (let index = 0; index + 1 < words.length; index += 2) {
    const name = words[index] ?? "";
    if (name !== "") found.set(name, words[index + 1] ?? "");
  }
  return found;
}

export function textOfBody(body: Buffer): string {
  return body.toString("utf8", 0, Math.max(0, body.indexOf(0)));
}

/** A message of the server's. */
export function message(type: string, ...parts: readonly (Buffer | string | number)[]): Buffer {
  const body = Buffer.concat(parts.map(partBytes));
  const header = Buffer.alloc(5);
  header.write(type, 0, "latin1");
  header.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([header, body]);
}

/** Text with its NUL, a number as four bytes, bytes as they are. */
function partBytes(part: Buffer | string | number): Buffer {
  if (Buffer.isBuffer(part)) return part;
  if (typeof part === "string") return Buffer.from(`${part}\0`);
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(part);
  return bytes;
}
