/** A stream of bytes as lines, each with where it begins. A line longer than a piece is put together. */

export interface Line {
  /** Without its end. */
  readonly bytes: Uint8Array;
  readonly at: number;
}

const lineFeed = 10;

export async function* linesOf(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Line> {
  let pending: Uint8Array[] = [];
  let pendingBytes = 0;
  let offset = 0;
  for await (const piece of stream) {
    let start = 0;
    for (let end = piece.indexOf(lineFeed); end !== -1; end = piece.indexOf(lineFeed, start)) {
      const part = piece.subarray(start, end);
      const at = offset + start - pendingBytes;
      yield { bytes: pendingBytes === 0 ? part : Buffer.concat([...pending, part]), at };
      pending = [];
      pendingBytes = 0;
      start = end + 1;
    }
    if (start < piece.length) {
      pending.push(piece.subarray(start));
      pendingBytes += piece.length - start;
    }
    offset += piece.length;
  }
  if (pendingBytes > 0) yield { bytes: Buffer.concat(pending), at: offset - pendingBytes };
}
