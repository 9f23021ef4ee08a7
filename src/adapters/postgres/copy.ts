/**
 * COPY in both directions as streams with back-pressure: neither side's speed makes memory grow. A consumer that
 * stops early has the server cancelled and the rest of its answer read away, so the session stays usable.
 */
import { serialize } from "pg-protocol";
import { InternalError } from "../../core/errors.ts";
import type { ServerError } from "../../ports/database.ts";
import type { BackendMessage } from "./messages.ts";
import { toServerError } from "./server-error.ts";
import type { Wire } from "./wire.ts";

export type CopySource = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

export function copyIn(wire: Wire, statement: string, data: CopySource): Promise<number> {
  return new Promise((resolve, reject) => {
    let failure: unknown;
    let tag = "";
    let over = false;
    let feeding: Promise<void> | undefined;
    wire.request({
      bytes: [serialize.query(statement)],
      exclusive: true,
      onMessage: (message) => {
        if (message.name === "error") {
          over = true;
          failure ??= toServerError(message, 0);
        }
        if (message.name === "commandComplete") tag = message.text;
        if (message.name !== "copyInResponse") return;
        feeding = feed(wire, data, () => over).catch((error: unknown) => {
          // What the source said counts; the server's own error is only the echo of CopyFail.
          failure ??= error;
          wire.send(serialize.copyFail("the source of the data failed"));
        });
      },
      onReady: () => {
        over = true;
        void Promise.resolve(feeding).then(() => {
          if (failure !== undefined) reject(failure);
          else if (feeding === undefined)
            reject(new InternalError("copyIn: not a COPY FROM STDIN"));
          else resolve(rowsOf(tag));
        });
      },
      onLost: (lost) => {
        over = true;
        reject(lost);
      },
    });
  });
}

async function feed(wire: Wire, data: CopySource, isOver: () => boolean): Promise<void> {
  for await (const chunk of data) {
    if (isOver()) return;
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    if (bytes.length > 0 && !wire.send(serialize.copyData(bytes))) await wire.drained();
  }
  if (!isOver()) wire.send(serialize.copyDone());
}

function rowsOf(tag: string): number {
  return Number(tag.split(" ").at(-1));
}

interface Outflow {
  readonly packets: Uint8Array[];
  readonly pieces: Buffer[];
  bytes: number;
  over: boolean;
  failure: Error | undefined;
  wake: () => void;
}

/** The network is paused while this much waits to be read. */
const waitingBytesMax = 1024 * 1024;

export async function* copyOut(
  wire: Wire,
  statement: string,
  cancel: () => Promise<void>,
): AsyncIterable<Uint8Array> {
  const flow: Outflow = {
    packets: [],
    pieces: [],
    bytes: 0,
    over: false,
    failure: undefined,
    wake: () => undefined,
  };
  startCopyOut(wire, statement, flow);
  try {
    for (;;) {
      const packet = flow.packets.shift();
      if (packet !== undefined) {
        flow.bytes -= packet.length;
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
    if (!flow.over) await abandon(wire, flow, cancel);
  }
}

function startCopyOut(wire: Wire, statement: string, flow: Outflow): void {
  const end = (failure: Error | undefined): void => {
    flow.failure ??= failure;
    flow.over = true;
    flow.wake();
  };
  wire.request({
    bytes: [serialize.query(statement)],
    exclusive: true,
    onMessage: (message) => takeOutflow(flow, message),
    onPacket: () => {
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

/** The decoder uses its memory again, so the pieces are copied; one copy per packet, not one per row. */
function handOn(flow: Outflow): void {
  if (flow.pieces.length === 0) return;
  const packet = Buffer.concat(flow.pieces);
  flow.pieces.length = 0;
  flow.packets.push(packet);
  flow.bytes += packet.length;
}

function takeOutflow(flow: Outflow, message: BackendMessage): void {
  if (message.name === "copyData") flow.pieces.push(message.chunk);
  if (message.name !== "error") return;
  const failure: ServerError = toServerError(message, 0);
  flow.failure ??= failure;
}

async function abandon(wire: Wire, flow: Outflow, cancel: () => Promise<void>): Promise<void> {
  await cancel();
  while (!flow.over) {
    flow.packets.length = 0;
    flow.bytes = 0;
    wire.stream.resume();
    await new Promise<void>((wake) => {
      flow.wake = wake;
    });
  }
}
