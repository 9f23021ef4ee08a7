/**
 * Reads the changes and has them made, up to a mark that was put into the log: who is there has every change that was
 * committed before the mark. It never reads further than it was told to.
 */
import { LockstepError } from "../../../../core/errors.ts";
import { formatSize } from "../../../../core/size.ts";
import { decodeChange, relationOf } from "../../../../data/changes.ts";
import type { Clock } from "../../../../ports/clock.ts";
import type { Applier } from "./apply-changes.ts";
import { markPrefix } from "./slot.ts";

export interface Follower {
  /** Resolves to false when it took longer than that, with some of the changes made. */
  readonly reach: (mark: string, giveUpAtMs?: number) => Promise<boolean>;
  /** Rows that changed, so far. */
  readonly count: () => number;
  readonly close: () => Promise<void>;
}

export interface FollowRequest {
  readonly stream: AsyncIterable<readonly Uint8Array[]>;
  readonly applier: Applier;
  readonly clock: Clock;
  readonly signal: AbortSignal | undefined;
}

export function openFollower({ stream, applier, clock, signal }: FollowRequest): Follower {
  const packets = stream[Symbol.asyncIterator]();
  let packet: readonly Uint8Array[] = [];
  let at = 0;
  /** Whether the mark was among what is left of the packet. */
  const takePacket = async (mark: string): Promise<boolean> => {
    for (let bytes = packet[at]; bytes !== undefined; bytes = packet[at]) {
      at += 1;
      refuseLarge(bytes, applier);
      const change = decodeChange(bytes);
      const isOurs = change.kind === "message" && change.prefix === markPrefix;
      if (isOurs && change.content === mark) return true;
      await applier.take(change);
    }
    return false;
  };
  return {
    reach: async (mark, giveUpAtMs = Infinity) => {
      while (!(await takePacket(mark))) {
        signal?.throwIfAborted();
        if (clock.monotonicMs() > giveUpAtMs) return false;
        const next = await packets.next();
        if (next.done === true) {
          throw new LockstepError("REBUILD.FENCE_LOST", "the server ended the stream of changes");
        }
        packet = next.value;
        at = 0;
      }
      await applier.settle();
      return clock.monotonicMs() <= giveUpAtMs;
    },
    count: () => applier.count(),
    close: async () => {
      await packets.return?.();
    },
  };
}

/** A change is held several times until it is made, as the log's bytes, as text and as a statement. */
const changeBytesMax = 64 * 1024 * 1024;

function refuseLarge(bytes: Uint8Array, { labelOf }: Applier): void {
  if (bytes.length <= changeBytesMax) return;
  const relation = relationOf(bytes);
  const table = relation === undefined ? "a message of the log" : labelOf(relation);
  const sizes = `${formatSize(bytes.length)}, where ${formatSize(changeBytesMax)} are the most`;
  throw new LockstepError("REBUILD.CHANGE_TOO_LARGE", `a change of ${table} holds ${sizes}`, {
    data: { bytes: bytes.length, table },
  });
}
