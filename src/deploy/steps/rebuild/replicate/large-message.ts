/**
 * A message of the output plugin that comes in pieces, read from its beginning to its end. Nothing of it is held but the
 * piece at hand.
 */
import { InternalError } from "../../../../core/errors.ts";
import type { MessagePiece } from "../../../../ports/database.ts";

export interface LargeMessage {
  readonly letter: () => Promise<string>;
  readonly int16: () => Promise<number>;
  /** Unsigned: OIDs. */
  readonly int32: () => Promise<number>;
  /** The next so many bytes, as they come. */
  readonly pieces: (length: number) => AsyncIterable<Uint8Array>;
  /** What is left of it. */
  readonly skip: () => Promise<void>;
}

export function openLargeMessage(
  first: MessagePiece,
  next: () => Promise<MessagePiece>,
): LargeMessage {
  let { bytes, rest } = first;
  async function* pieces(length: number): AsyncGenerator<Uint8Array, void, undefined> {
    for (let left = length; left > 0;) {
      const piece = bytes.subarray(0, left);
      bytes = bytes.subarray(piece.length);
      left -= piece.length;
      if (piece.length > 0) yield piece;
      else if (rest === 0) throw new InternalError("pgoutput's message is cut off");
      else ({ bytes, rest } = await next());
    }
  }
  const whole = async (length: number): Promise<Buffer> => {
    const parts: Uint8Array[] = [];
    for await (const piece of pieces(length)) parts.push(piece);
    return Buffer.concat(parts);
  };
  return {
    letter: async () => (await whole(1)).toString("latin1"),
    int16: async () => (await whole(2)).readUInt16BE(),
    int32: async () => (await whole(4)).readUInt32BE(),
    pieces,
    skip: async () => {
      while (rest > 0) ({ rest } = await next());
      bytes = bytes.subarray(bytes.length);
    },
  };
}
