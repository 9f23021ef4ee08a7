/**
 * What the server sends in answer to one statement until it has said all, as packets with back-pressure: the network is
 * paused while too much waits to be read. It knows nothing of what the bytes mean.
 */
import { serialize } from "pg-protocol";
import type { MessagePiece } from "../../ports/database.ts";
import type { CopyTaker } from "./frames.ts";
import { toServerError } from "./server-error.ts";
import type { Wire } from "./wire.ts";

export interface OutflowInit<Packet> {
  readonly statement: string;
  /** The network is paused while this much waits to be read. */
  readonly waitingBytesMax: number;
  /** What is handed on of a piece of a message, if anything. Without it all is, as it comes, wherever messages end. */
  readonly pieceOf?: (bytes: Buffer, rest: number) => MessagePiece | undefined;
  /** Of the pieces of one packet of the network, in memory that nobody else uses. */
  readonly packetOf: (pieces: readonly MessagePiece[]) => Packet;
  /** Called after each packet of the network, also when nobody reads any more. */
  readonly onPacket?: () => void;
}

export interface Outflow<Packet> {
  /** Throws what the server said, or that the connection was lost, after all that came before. */
  read(): AsyncGenerator<Packet, void, undefined>;
  readonly isOver: () => boolean;
  /** Nobody reads any more: what comes is thrown away. */
  discard(): void;
  /** The server has said all. */
  readonly ended: Promise<void>;
}

interface Waiting<Packet> {
  readonly packet: Packet;
  readonly bytes: number;
}

interface Flow<Packet> {
  readonly waiting: Waiting<Packet>[];
  pieces: MessagePiece[];
  bytes: number;
  isUnread: boolean;
  isOver: boolean;
  failure: Error | undefined;
  wake: () => void;
}

export function openOutflow<Packet>(wire: Wire, init: OutflowInit<Packet>): Outflow<Packet> {
  const flow: Flow<Packet> = {
    ...{ waiting: [], pieces: [], bytes: 0, isUnread: false, isOver: false },
    ...{ failure: undefined, wake: () => undefined },
  };
  return {
    ended: start(wire, flow, init),
    read: () => read(wire, flow, init.waitingBytesMax),
    isOver: () => flow.isOver,
    discard: () => {
      flow.isUnread = true;
      flow.waiting.length = 0;
      flow.bytes = 0;
      wire.stream.resume();
    },
  };
}

function start<Packet>(wire: Wire, flow: Flow<Packet>, init: OutflowInit<Packet>): Promise<void> {
  return new Promise((resolve) => {
    const end = (failure: Error | undefined): void => {
      flow.failure ??= failure;
      flow.isOver = true;
      flow.wake();
      resolve();
    };
    wire.request({
      bytes: [serialize.query(init.statement)],
      exclusive: true,
      onMessage: (message) => {
        if (message.name === "error") flow.failure ??= toServerError(message, 0);
      },
      onCopyData: takerOf(flow, init),
      onPacket: () => {
        handOn(flow, init);
        if (flow.bytes >= init.waitingBytesMax) wire.stream.pause();
        flow.wake();
        init.onPacket?.();
      },
      onReady: () => {
        handOn(flow, init);
        end(undefined);
      },
      onLost: end,
    });
  });
}

async function* read<Packet>(
  wire: Wire,
  flow: Flow<Packet>,
  waitingBytesMax: number,
): AsyncGenerator<Packet, void, undefined> {
  for (;;) {
    const next = flow.waiting.shift();
    if (next !== undefined) {
      flow.bytes -= next.bytes;
      if (flow.bytes < waitingBytesMax) wire.stream.resume();
      yield next.packet;
    } else if (flow.isOver) {
      if (flow.failure !== undefined) throw flow.failure;
      return;
    } else {
      await new Promise<void>((wake) => {
        flow.wake = wake;
      });
    }
  }
}

function takerOf<Packet>(flow: Flow<Packet>, { pieceOf }: OutflowInit<Packet>): CopyTaker {
  if (pieceOf === undefined) {
    return { isApart: false, take: (bytes, rest) => void flow.pieces.push({ bytes, rest }) };
  }
  const take = (bytes: Buffer, rest: number): void => {
    const piece = pieceOf(bytes, rest);
    if (piece !== undefined) flow.pieces.push(piece);
  };
  return { isApart: true, take };
}

/** One packet of ours per packet of the network, not one per message. */
function handOn<Packet>(flow: Flow<Packet>, { packetOf }: OutflowInit<Packet>): void {
  if (flow.pieces.length > 0 && !flow.isUnread) {
    const bytes = flow.pieces.reduce((sum, piece) => sum + piece.bytes.length, 0);
    flow.waiting.push({ packet: packetOf(flow.pieces), bytes });
    flow.bytes += bytes;
  }
  flow.pieces = [];
}
