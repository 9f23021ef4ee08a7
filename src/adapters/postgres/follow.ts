/**
 * START_REPLICATION as a stream: the messages of an output plugin, in packets, with back-pressure. The server's
 * questions whether anybody is there are answered here, also while the consumer is busy. What the messages say is the
 * consumer's own business; after it has stopped, the session can only be closed.
 */
import { serialize } from "pg-protocol";
import type { MessagePiece } from "../../ports/database.ts";
import { openOutflow } from "./outflow.ts";
import type { Wire } from "./wire.ts";

const waitingBytesMax = 4 * 1024 * 1024;
/** Larger messages are handed on as they come. */
const wholeBytesMax = 1024 * 1024;
/** A server's wal_sender_timeout is a minute by default, and less than this by nobody's wish. */
const answerEveryMs = 2_000;

/** How far the server's log was read, and whether the server waits to hear it. */
interface Standing {
  position: bigint;
  isAsked: boolean;
}

export async function* follow(
  wire: Wire,
  statement: string,
  confirms: boolean,
): AsyncIterable<readonly MessagePiece[]> {
  const standing: Standing = { position: 0n, isAsked: false };
  let isRead = true;
  const answer = (): void => {
    standing.isAsked = false;
    if (isRead && !outflow.isOver()) {
      wire.send(serialize.copyData(status(standing.position, confirms)));
    }
  };
  const outflow = openOutflow(wire, {
    ...{ statement, waitingBytesMax },
    pieceOf: openPieces(standing),
    packetOf: (pieces) => pieces,
    onPacket: () => {
      if (standing.isAsked) answer();
    },
  });
  const timer = setInterval(answer, answerEveryMs);
  timer.unref();
  try {
    yield* outflow.read();
  } finally {
    clearInterval(timer);
    // Nobody reads any more, and the farewell must not wait for somebody who would.
    isRead = false;
    outflow.discard();
  }
}

const letter = { data: 0x77, keepalive: 0x6b, status: 0x72 };
/** The letter, where the data begins, where the log ends, and the server's time. */
const dataHeader = 25;

type PieceOf = (bytes: Buffer, rest: number) => MessagePiece | undefined;

/** Puts small messages together that came in several packets. */
function openPieces(standing: Standing): PieceOf {
  let begun: Buffer[] = [];
  let begunLength = 0;
  let isHandedOn = false;
  return (bytes, rest) => {
    if (isHandedOn) {
      isHandedOn = rest > 0;
      return { bytes, rest };
    }
    begun.push(bytes);
    begunLength += bytes.length;
    const isSmall = begunLength + rest <= wholeBytesMax;
    if (rest > 0 && (isSmall || begunLength < dataHeader)) return undefined;
    const beginning = begun.length === 1 ? bytes : Buffer.concat(begun);
    begun = [];
    begunLength = 0;
    isHandedOn = rest > 0;
    return withoutHeader(standing, beginning, rest);
  };
}

/** Of a message of the log its data; the server's questions are noted. */
function withoutHeader(standing: Standing, bytes: Buffer, rest: number): MessagePiece | undefined {
  const kind = bytes[0];
  if (kind !== letter.data && kind !== letter.keepalive) return undefined;
  const place = bytes.readBigUInt64BE(1);
  if (place > standing.position) standing.position = place;
  if (kind === letter.data) return { bytes: bytes.subarray(dataHeader), rest };
  standing.isAsked ||= bytes[17] === 1;
  return undefined;
}

const microsecondsTo2000 = 946_684_800_000_000n;

/** What was written, flushed and applied; a position of 0 is none, and nobody can take it for a standby's. */
function status(position: bigint, confirms: boolean): Buffer {
  const bytes = Buffer.alloc(34);
  bytes.writeUInt8(letter.status, 0);
  bytes.writeBigUInt64BE(position, 1);
  bytes.writeBigUInt64BE(confirms ? position : 0n, 9);
  bytes.writeBigUInt64BE(confirms ? position : 0n, 17);
  bytes.writeBigUInt64BE(BigInt(Date.now()) * 1_000n - microsecondsTo2000, 25);
  return bytes;
}
