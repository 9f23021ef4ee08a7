/**
 * Reads the changes and has them made, up to a mark that was put into the log: who is there has every change that was
 * committed before the mark. It never reads further than it was told to.
 */
import { LockstepError } from "../../../../core/errors.ts";
import { decodeChange } from "../../../../data/changes.ts";
import type { Clock } from "../../../../ports/clock.ts";
import type { MessagePiece } from "../../../../ports/database.ts";
import type { Applier } from "./apply-changes.ts";
import { openLargeMessage } from "./large-message.ts";
import { markPrefix } from "./slot.ts";

export interface Follower {
  /** Resolves to false when it took longer than that, with some of the changes made. */
  readonly reach: (mark: string, giveUpAtMs?: number) => Promise<boolean>;
  /** Rows that changed, so far. */
  readonly count: () => number;
  readonly close: () => Promise<void>;
}

export interface FollowRequest {
  readonly stream: AsyncIterable<readonly MessagePiece[]>;
  readonly applier: Applier;
  readonly clock: Clock;
  readonly signal: AbortSignal | undefined;
}

export function openFollower({ stream, applier, clock, signal }: FollowRequest): Follower {
  const packets = stream[Symbol.asyncIterator]();
  let packet: readonly MessagePiece[] = [];
  let at = 0;
  const nextPacket = async (): Promise<void> => {
    signal?.throwIfAborted();
    const next = await packets.next();
    if (next.done === true) {
      throw new LockstepError("REBUILD.FENCE_LOST", "the server ended the stream of changes");
    }
    packet = next.value;
    at = 0;
  };
  const nextPiece = async (): Promise<MessagePiece> => {
    for (;;) {
      const piece = packet[at];
      at += 1;
      if (piece !== undefined) return piece;
      await nextPacket();
    }
  };
  /** Whether the mark was among what is left of the packet. */
  const takePacket = async (mark: string): Promise<boolean> => {
    for (let piece = packet[at]; piece !== undefined; piece = packet[at]) {
      at += 1;
      if (piece.rest > 0) {
        await applier.takeLarge(openLargeMessage(piece, nextPiece));
        continue;
      }
      const change = decodeChange(piece.bytes);
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
        await nextPacket();
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
