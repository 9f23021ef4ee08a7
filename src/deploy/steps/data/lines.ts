/**
 * A stream of bytes as lines, each with where it begins. A line longer than a piece is put together, no further than
 * somebody wants it: a row may be larger than what memory should hold.
 */

export interface Line {
  /** Without its end; only its beginning where it is longer than what is kept. */
  readonly bytes: Uint8Array;
  /** Of the whole line. */
  readonly length: number;
  readonly at: number;
}

const lineFeed = 10;

/** `keptMax`: how many bytes of the next line are wanted; asked again for each piece of it. */
export async function* linesOf(
  stream: AsyncIterable<Uint8Array>,
  keptMax: () => number = () => Number.POSITIVE_INFINITY,
): AsyncGenerator<Line> {
  let kept: Uint8Array[] = [];
  let keptBytes = 0;
  let pendingBytes = 0;
  let offset = 0;
  for await (const piece of stream) {
    let start = 0;
    for (let end = piece.indexOf(lineFeed); end !== -1; end = piece.indexOf(lineFeed, start)) {
      const part = piece.subarray(start, end);
      const at = offset + start - pendingBytes;
      if (keptBytes === pendingBytes) kept.push(part);
      const bytes = pendingBytes === 0 ? part : Buffer.concat(kept);
      yield { bytes, length: pendingBytes + part.length, at };
      kept = [];
      keptBytes = 0;
      pendingBytes = 0;
      start = end + 1;
    }
    const rest = piece.subarray(start);
    if (keptBytes === pendingBytes && keptBytes < keptMax()) {
      kept.push(rest);
      keptBytes += rest.length;
    }
    pendingBytes += rest.length;
    offset += piece.length;
  }
  if (pendingBytes > 0) {
    yield { bytes: Buffer.concat(kept), length: pendingBytes, at: offset - pendingBytes };
  }
}
