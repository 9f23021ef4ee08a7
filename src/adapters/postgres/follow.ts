/**
 * START_REPLICATION as a stream: the messages of an output plugin, in packets, with back-pressure. The server's
 * questions whether anybody is there are answered here, also while the consumer is busy. What the messages say is the
 * consumer's own business; after it has stopped, the session can only be closed.
 */
import { serialize } from "pg-protocol";
import type { ServerError } from "../../ports/database.ts";
import type { BackendMessage } from "./messages.ts";
import { toServerError } from "./server-error.ts";
import type { Wire } from "./wire.ts";

interface Flow {
  /** One per packet of the network. */
  readonly packets: (readonly Uint8Array[])[];
  readonly pieces: Uint8Array[];
  bytes: number;
  /** Up to where the server's log was read. */
  position: bigint;
  isAsked: boolean;
  over: boolean;
  failure: Error | undefined;
  wake: () => void;
}

/** The network is paused while this much waits to be read. */
const waitingBytesMax = 4 * 1024 * 1024;
/** A server's wal_sender_timeout is a minute by default, and less than this by nobody's wish. */
const answerEveryMs = 2_000;

export async function* follow(
  wire: Wire,
  statement: string,
  confirms: boolean,
): AsyncIterable<readonly Uint8Array[]> {
  const flow: Flow = {
    ...{ packets: [], pieces: [], bytes: 0, position: 0n, isAsked: false, over: false },
    ...{ failure: undefined, wake: () => undefined },
  };
  const answer = (): void => {
    flow.isAsked = false;
    if (!flow.over) wire.send(serialize.copyData(status(flow.position, confirms)));
  };
  start(wire, { statement, flow, answer });
  const timer = setInterval(answer, answerEveryMs);
  timer.unref();
  try {
    for (;;) {
      const packet = flow.packets.shift();
      if (packet !== undefined) {
        flow.bytes -= lengthOf(packet);
        if (flow.bytes < waitingBytesMax) wire.stream.resume();
        yield packet;
      } else if (flow.over) {
        if (flow.failure !== undefined) throw flow.failure;
        return;
      } else {
        await new Promise<void>((wake) => {
          flow.wake = wake;
        });
      }
    }
  } finally {
    clearInterval(timer);
    // Nobody reads any more, and the farewell must not wait for somebody who would.
    flow.over = true;
    wire.stream.resume();
  }
}

interface Starting {
  readonly statement: string;
  readonly flow: Flow;
  readonly answer: () => void;
}

function start(wire: Wire, { statement, flow, answer }: Starting): void {
  const end = (failure: Error | undefined): void => {
    flow.failure ??= failure;
    flow.over = true;
    flow.wake();
  };
  wire.request({
    bytes: [serialize.query(statement)],
    exclusive: true,
    onMessage: (message) => take(flow, message),
    onPacket: () => {
      if (flow.isAsked) answer();
      if (flow.over || flow.pieces.length === 0) return;
      handOn(flow);
      if (flow.bytes >= waitingBytesMax) wire.stream.pause();
      flow.wake();
    },
    onReady: () => {
      handOn(flow);
      end(undefined);
    },
    onLost: end,
  });
}

/** The decoder uses its memory again, so the pieces are copied: one copy per packet, not one per message. */
function handOn(flow: Flow): void {
  if (flow.pieces.length === 0) return;
  const copy = Buffer.concat(flow.pieces);
  let at = 0;
  const packet = flow.pieces.map((piece) => copy.subarray(at, (at += piece.length)));
  flow.pieces.length = 0;
  flow.packets.push(packet);
  flow.bytes += copy.length;
}

function lengthOf(packet: readonly Uint8Array[]): number {
  return packet.reduce((sum, { length }) => sum + length, 0);
}

const letter = { data: 0x77, keepalive: 0x6b, status: 0x72 };
/** The letter, where the data begins, where the log ends, and the server's time. */
const dataHeader = 25;

function take(flow: Flow, message: BackendMessage): void {
  if (message.name === "error") {
    const failure: ServerError = toServerError(message, 0);
    flow.failure ??= failure;
  }
  if (message.name !== "copyData") return;
  const { chunk } = message;
  const kind = chunk[0];
  if (kind === letter.data) {
    const begin = chunk.readBigUInt64BE(1);
    if (begin > flow.position) flow.position = begin;
    flow.pieces.push(chunk.subarray(dataHeader));
  } else if (kind === letter.keepalive) {
    const end = chunk.readBigUInt64BE(1);
    if (end > flow.position) flow.position = end;
    flow.isAsked ||= chunk[17] === 1;
  }
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
