/**
 * Where one message of the server ends and the next begins. Rows that somebody takes in binary are handed on where
 * they lie in the packet; all the rest goes to the decoder of messages, as it came. Nothing is decoded here.
 */

export interface FrameTakers {
  /** Who takes the next row as it is; undefined: it is a message like all others. Asked when all before it is known. */
  readonly onRow: () => ((bytes: Buffer, offset: number) => void) | undefined;
  readonly onOthers: (bytes: Buffer) => void;
}

export interface Frames {
  readonly take: (packet: Buffer) => void;
}

const headerLength = 5;
const dataRow = 68;

export function openFrames({ onRow, onOthers }: FrameTakers): Frames {
  /** The beginning of a message that the next packet goes on with. */
  let begun: Buffer = Buffer.alloc(0);
  /** Bytes of a message that the decoder has the beginning of. */
  let owed = 0;

  const take = (packet: Buffer): void => {
    const bytes = begun.length === 0 ? packet : Buffer.concat([begun, packet]);
    begun = Buffer.alloc(0);
    let at = Math.min(owed, bytes.length);
    owed -= at;
    let others = 0;
    const handOver = (end: number): void => {
      if (end > others) onOthers(bytes.subarray(others, end));
      others = end;
    };
    while (at + headerLength <= bytes.length) {
      const end = at + 1 + bytes.readUInt32BE(at + 1);
      if (bytes[at] === dataRow) {
        handOver(at);
        const taker = onRow();
        if (taker !== undefined) {
          if (end > bytes.length) break;
          taker(bytes, at + headerLength);
          others = end;
        }
      }
      if (end > bytes.length) {
        owed = end - bytes.length;
        at = bytes.length;
      } else at = end;
    }
    // A header that is not whole waits, and so does a row that somebody takes.
    handOver(at);
    if (at < bytes.length) begun = Buffer.from(bytes.subarray(at));
  };
  return { take };
}
