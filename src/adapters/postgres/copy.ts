/**
 * COPY in both directions as streams with back-pressure: neither side's speed makes memory grow. A consumer that
 * stops early has the server cancelled and the rest of its answer read away, so the session stays usable.
 */
import { serialize } from "pg-protocol";
import { InternalError } from "../../core/errors.ts";
import { openOutflow } from "./outflow.ts";
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
    if (chunk.length > 0 && !sendData(wire, chunk)) await wire.drained();
  }
  if (!isOver()) wire.send(serialize.copyDone());
}

/** Header and data in one packet, and the data as it lies there: the driver's own writer would copy it twice. */
function sendData(wire: Wire, data: Uint8Array): boolean {
  const header = Buffer.allocUnsafe(5);
  header[0] = "d".charCodeAt(0);
  header.writeInt32BE(data.length + 4, 1);
  wire.stream.cork();
  wire.send(header);
  const isRoom = wire.send(data);
  wire.stream.uncork();
  return isRoom;
}

function rowsOf(tag: string): number {
  return Number(tag.split(" ").at(-1));
}

const waitingBytesMax = 1024 * 1024;
const empty = new Uint8Array();

export async function* copyOut(
  wire: Wire,
  statement: string,
  cancel: () => Promise<void>,
): AsyncIterable<Uint8Array> {
  const outflow = openOutflow<Uint8Array>(wire, {
    ...{ statement, waitingBytesMax },
    packetOf: ([first, ...more]) => {
      if (first === undefined || more.length === 0) return first?.bytes ?? empty;
      return Buffer.concat([first, ...more].map(({ bytes }) => bytes));
    },
  });
  try {
    yield* outflow.read();
  } finally {
    if (!outflow.isOver()) {
      await cancel();
      outflow.discard();
      await outflow.ended;
    }
  }
}
