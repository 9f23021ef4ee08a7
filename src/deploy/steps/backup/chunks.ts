/**
 * What COPY hands out as chunks. A chunk ends where a row does; a row that is larger than a chunk is cut, and goes on in
 * the next one, so that no more than a chunk is ever held.
 */
import type { ChunkEntry, CopyFormat } from "../../../backup/manifest.ts";
import { rowReader, type Rows } from "../../../backup/rows.ts";
import { bufferBytes, chunkBytes, type EntryWriter, type PendingEntry } from "./writer.ts";

export type PendingChunk = PendingEntry & Pick<ChunkEntry, "rows" | "continued">;

/** Whatever the network brings at once: a piece fits beside a chunk that is all but full. */
const pieceBytesMax = (bufferBytes - chunkBytes) / 2;

export async function readChunks(
  output: AsyncIterable<Uint8Array>,
  format: CopyFormat,
  entries: EntryWriter,
): Promise<readonly PendingChunk[]> {
  const gathering = gather(entries);
  const reader = rowReader(format);
  for await (const packet of output) {
    for (let at = 0; at < packet.length; at += pieceBytesMax) {
      await gathering.add(reader.take(packet.subarray(at, at + pieceBytesMax)));
    }
  }
  reader.finish();
  return await gathering.finish();
}

interface Gathering {
  readonly add: (piece: Rows) => Promise<void>;
  readonly finish: () => Promise<readonly PendingChunk[]>;
}

function gather(entries: EntryWriter): Gathering {
  const chunks: PendingChunk[] = [];
  // Asked for with the first row: most parts of a database with many tables may have none.
  let buffer: Buffer | undefined;
  let bytes = 0;
  let rows = 0;
  /** Where the last row ends that does. */
  let end = 0;
  /** Writes what ends with a row; where no row does, all that there is. */
  const cut = async (): Promise<void> => {
    if (buffer === undefined) return;
    const full = buffer;
    const length = end === 0 ? bytes : end;
    const rest = full.subarray(length, bytes);
    buffer = rest.length === 0 ? undefined : entries.buffer();
    // Before the memory is handed on.
    if (buffer !== undefined) buffer.set(rest);
    const more = end === 0 ? ({ rows, continued: true } as const) : { rows };
    bytes = rest.length;
    rows = 0;
    end = 0;
    chunks.push({ ...(await entries.put(full.subarray(0, length))), ...more });
  };
  return {
    add: async (piece) => {
      if (piece.bytes.length === 0) return;
      while (buffer !== undefined && bytes + piece.bytes.length > buffer.length) await cut();
      buffer ??= entries.buffer();
      buffer.set(piece.bytes, bytes);
      if (piece.rows > 0) end = bytes + piece.end;
      bytes += piece.bytes.length;
      rows += piece.rows;
      if (end >= chunkBytes) await cut();
    },
    finish: async () => {
      if (bytes > 0) await cut();
      return chunks;
    },
  };
}
