/** One table's rows on their way out: counted, hashed, and handed on in pieces of a good size. */
import { createHash } from "node:crypto";
import type { Session } from "../../../ports/database.ts";

export interface ReadRows {
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
}

const pieceBytes = 256 * 1024;
const lineFeed = 10;

export async function readTable(
  session: Session,
  statements: readonly string[],
  write: (bytes: Uint8Array) => Promise<void>,
): Promise<ReadRows> {
  const hash = createHash("sha256");
  let rows = 0;
  let bytes = 0;
  let pieces: Uint8Array[] = [];
  let waiting = 0;
  const flush = async (): Promise<void> => {
    const piece = Buffer.concat(pieces, waiting);
    pieces = [];
    waiting = 0;
    hash.update(piece);
    rows += countLines(piece);
    bytes += piece.length;
    await write(piece);
  };
  for (const statement of statements) {
    for await (const packet of session.copyOut(statement)) {
      pieces.push(packet);
      waiting += packet.length;
      if (waiting >= pieceBytes) await flush();
    }
  }
  if (waiting > 0) await flush();
  return { rows, bytes, sha256: hash.digest("hex") };
}

export function countLines(bytes: Uint8Array): number {
  let lines = 0;
  for (let at = bytes.indexOf(lineFeed); at !== -1; at = bytes.indexOf(lineFeed, at + 1))
    lines += 1;
  return lines;
}
