/**
 * Catching up: a mark is put into the log and followed, again and again, until so little lies before it that writers can
 * wait for the rest. Whether that ever comes is measured, not hoped for: where changes come as fast as they can be made
 * again, it ends with an error that says how fast that is.
 */
import { randomUUID } from "node:crypto";
import { LockstepError } from "../../../../core/errors.ts";
import { formatDuration } from "../../../../core/duration.ts";
import { numberOf, textOf } from "../../../../ledger/row.ts";
import type { Clock } from "../../../../ports/clock.ts";
import type { Session } from "../../../../ports/database.ts";
import { paced } from "../../data/paced.ts";
import type { RebuildPorts } from "../ports.ts";
import type { Follower } from "./follow-changes.ts";
import { markPrefix } from "./slot.ts";

export interface CatchUpRequest {
  /** In the old database, in no transaction. */
  readonly marker: Session;
  readonly follower: Follower;
  /** How long writers may wait for the last changes. */
  readonly pauseMs: number;
  /** How long it may go on without coming nearer. */
  readonly patienceMs: number;
  readonly signal: AbortSignal | undefined;
}

/** Then the last changes take a tenth of what writers may wait, since as many are made while the tables are locked. */
const calmPart = 0.1;
/** As near as it gets, it still has to leave room for that. */
const nearPart = 0.5;
/** Less is the noise of the machine. */
const nearer = 0.9;

export async function catchUp(ports: RebuildPorts, request: CatchUpRequest): Promise<void> {
  const { follower, pauseMs, patienceMs, signal } = request;
  const { clock } = ports;
  const tell = paced(ports, "rebuild.changes");
  let [best, bestAt] = [Infinity, clock.monotonicMs()];
  let before: Round | undefined;
  for (;;) {
    signal?.throwIfAborted();
    const round = await runRound(request, clock);
    const isNear = round.tookMs <= pauseMs * calmPart;
    tell(`caught up with ${follower.count()} changes`, isNear);
    if (isNear) return;
    if (round.tookMs < best * nearer) [best, bestAt] = [round.tookMs, clock.monotonicMs()];
    else if (clock.monotonicMs() - bestAt > patienceMs) {
      if (round.tookMs <= pauseMs * nearPart) return;
      throw await behind(request, round, before);
    }
    before = round;
  }
}

interface Round {
  readonly tookMs: number;
  readonly changes: number;
  /** Where the mark is in the log. */
  readonly place: string;
}

export async function putMark(
  marker: Session,
): Promise<{ readonly mark: string; readonly place: string }> {
  const mark = randomUUID();
  const [row = {}] = await marker.query(
    "select pg_catalog.pg_logical_emit_message(true, $1, $2)::pg_catalog.text as place",
    [markPrefix, mark],
  );
  return { mark, place: textOf(row, "place") };
}

async function runRound({ marker, follower }: CatchUpRequest, clock: Clock): Promise<Round> {
  const begunMs = clock.monotonicMs();
  const countBefore = follower.count();
  const { mark, place } = await putMark(marker);
  await follower.reach(mark);
  return {
    tookMs: clock.monotonicMs() - begunMs,
    changes: follower.count() - countBefore,
    place,
  };
}

async function behind(
  { marker, patienceMs }: CatchUpRequest,
  round: Round,
  before: Round | undefined,
): Promise<LockstepError> {
  const [row = {}] = await marker.query(
    `select (pg_catalog.pg_current_wal_insert_lsn() - $1::pg_catalog.pg_lsn)::int8 as bytes`,
    [round.place],
  );
  const perSecond = (durationMs: number): number =>
    Math.round((round.changes * 1000) / Math.max(durationMs, 1));
  const data = {
    madeAgainPerSecond: perSecond(round.tookMs),
    // What a round makes again was written while the one before it was at work.
    writtenPerSecond: perSecond(before?.tookMs ?? round.tookMs),
    behindMs: Math.round(round.tookMs),
    backlogBytes: numberOf(row, "bytes"),
  };
  const message =
    `the new database stays ${formatDuration(data.behindMs)} behind: ${data.writtenPerSecond} changes a second are ` +
    `written, ${data.madeAgainPerSecond} made again, ${Math.ceil(data.backlogBytes / 1_048_576)} MB of the log are waiting`;
  const notes = [`it came no nearer for ${formatDuration(patienceMs)} (--timeout)`];
  return new LockstepError("REBUILD.BEHIND", message, { notes, data });
}
