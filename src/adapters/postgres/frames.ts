/**
 * Where one message of the server ends and the next begins. Rows that somebody takes in binary are handed on where
 * they lie in the packet, and so is what COPY sends; all the rest goes to the decoder of messages, as it came. Nothing
 * is decoded here.
 */

export interface FrameTakers {
  /** Who takes the next row as it is; undefined: it is a message like all others. Asked when all before it is known. */
  readonly onRow: () => ((bytes: Buffer, offset: number) => void) | undefined;
  /** Who takes what COPY sends. */
  readonly onCopyData: () => CopyTaker | undefined;
  readonly onOthers: (bytes: Buffer) => void;
}

/**
 * Takes it without what stands around the messages. One that is not whole yet is handed on as it comes, since one row of
 * a table may be larger than all memory that there is.
 */
export interface CopyTaker {
  /** False: of several messages at once. */
  readonly isApart: boolean;
  /** `rest`: how many bytes of the last message are still to come. */
  readonly take: (bytes: Buffer, rest: number) => void;
}

export interface Frames {
  readonly take: (packet: Buffer) => void;
}

const headerLength = 5;
const dataRow = 68;
const copyData = 100;

export function openFrames(takers: FrameTakers): Frames {
  /** The beginning of a message, in the packets that it came in, and how many bytes it has to have to be looked at. */
  let begun: Buffer[] = [];
  let begunLength = 0;
  let neededLength = 0;
  const takeWhole = wholeTaker(takers);

  const keep = (bytes: Buffer, needed: number): void => {
    begun.push(bytes);
    begunLength += bytes.length;
    neededLength = needed;
  };

  const take = (packet: Buffer): void => {
    if (begunLength + packet.length < neededLength) {
      keep(packet, neededLength);
      return;
    }
    const bytes = begunLength === 0 ? packet : Buffer.concat([...begun, packet]);
    begun = [];
    begunLength = 0;
    neededLength = 0;
    const { at, needed } = takeWhole(bytes);
    // A header that is not whole waits, and so does what somebody takes as it is.
    if (at < bytes.length) keep(bytes.subarray(at), needed);
  };
  return { take };
}

interface Taken {
  readonly at: number;
  readonly needed: number;
}

/** Takes what is whole, and says how much of the bytes that was and what the rest needs. */
function wholeTaker({ onRow, onCopyData, onOthers }: FrameTakers): (bytes: Buffer) => Taken {
  /** Bytes of a message that the decoder has the beginning of. */
  let owed = 0;
  /** Bytes of a message that who takes COPY's has the beginning of. */
  let owedCopied = 0;
  return (bytes) => {
    let at = Math.min(owed, bytes.length);
    owed -= at;
    let others = 0;
    const handOver = (end: number): void => {
      if (end > others) onOthers(bytes.subarray(others, end));
      others = end;
    };
    const handOn = ({ isApart, take }: CopyTaker): void => {
      const run = closeUp(bytes, at, { owedBefore: owedCopied, isApart });
      if (run.data.length > 0) take(run.data, run.owed);
      at = run.end;
      others = at;
      owedCopied = run.owed;
    };
    if (owedCopied > 0) handOn(onCopyData() ?? nobody);
    let needed = headerLength;
    while (at + headerLength <= bytes.length) {
      const kind = bytes[at];
      if (kind === copyData || kind === dataRow) handOver(at);
      const copyTaker = kind === copyData ? onCopyData() : undefined;
      if (copyTaker !== undefined) {
        handOn(copyTaker);
        continue;
      }
      const end = at + 1 + bytes.readUInt32BE(at + 1);
      const rowTaker = kind === dataRow ? onRow() : undefined;
      if (rowTaker !== undefined) {
        needed = end - at;
        if (end > bytes.length) break;
        rowTaker(bytes, at + headerLength);
        others = end;
        needed = headerLength;
      }
      if (end > bytes.length) owed = end - bytes.length;
      at = Math.min(end, bytes.length);
    }
    handOver(at);
    return { at, needed };
  };
}

const nobody: CopyTaker = { isApart: false, take: () => undefined };

interface Run {
  readonly data: Buffer;
  /** Where a message begins of which not even the header is whole, or which is another. */
  readonly end: number;
  /** How much of the last message is still to come. */
  readonly owed: number;
}

interface Closing {
  /** What stands first is the rest of a message that was begun before. */
  readonly owedBefore: number;
  readonly isApart: boolean;
}

/** Moves what the messages hold together, in their own memory: a buffer for each row would cost more than the row. */
function closeUp(bytes: Buffer, start: number, { owedBefore, isApart }: Closing): Run {
  const begin = owedBefore > 0 ? start : start + headerLength;
  let at = start + Math.min(owedBefore, bytes.length - start);
  let owed = owedBefore - (at - start);
  let filled = Math.max(begin, at);
  const mayTake = (): boolean => owed === 0 && (!isApart || at === start);
  while (mayTake() && at + headerLength <= bytes.length && bytes[at] === copyData) {
    const from = at + headerLength;
    const whole = at + 1 + bytes.readUInt32BE(at + 1);
    at = Math.min(whole, bytes.length);
    owed = whole - at;
    if (from !== filled) bytes.copyWithin(filled, from, at);
    filled += at - from;
  }
  return { data: bytes.subarray(begin, filled), end: at, owed };
}
