/**
 * Runs batches until no row is left: each in a transaction of its own together with its cursor, so that one that was
 * cut off is wholly there or not at all. Between two of them it rests, waits for whoever is worse off, and does what
 * people say. It never holds a lock while it waits.
 */
import { LockstepError } from "../../../core/errors.ts";
import { formatDuration } from "../../../core/duration.ts";
import { ConnectionLost, type Session } from "../../../ports/database.ts";
import type { BackfillOptions } from "../../../project/backfill-marks.ts";
import type { ApplyContext } from "../apply/context.ts";
import { isLockFailure } from "../apply/retry.ts";
import { rollBack } from "../apply/transaction.ts";
import type { KeyValues, TableKey } from "./key.ts";
import { createMeter, type Meter } from "./meter.ts";
import { nextSize, restMs, whyWait, type Waited } from "./pace.ts";
import {
  insertState,
  isMovedOn,
  readState,
  updateMeaning,
  type BackfillPlace,
  type BackfillState,
} from "./state.ts";

export interface Batch {
  readonly after: KeyValues | undefined;
  readonly size: number;
  /** Before this one. */
  readonly state: BackfillState;
}

export interface BatchDone {
  readonly cursor: KeyValues | undefined;
  /** Looked at, or changed where nobody counts more. */
  readonly rows: number;
  readonly isLast: boolean;
}

export interface Backfill {
  readonly place: BackfillPlace;
  readonly key: TableKey;
  readonly options: BackfillOptions;
  /** One transaction: the fence, the work, the cursor (the state that `moved` gives). */
  readonly run: (batch: Batch, moved: Moved) => Promise<BatchDone>;
}

/** The state after a batch. */
export type Moved = (done: BatchDone, durationMs: number) => Omit<BackfillState, "control">;

export async function runBackfill(
  context: ApplyContext,
  session: Session,
  backfill: Backfill,
): Promise<BackfillState> {
  const { place, options } = backfill;
  let state = await beginState(context, session, backfill);
  if (state.control.paused) throw pausedBefore(place.id);
  const meter = await openMeter(context, place.id, options);
  let saidMs = context.clock.monotonicMs();
  let failures = 0;
  let restedMs = 0;
  context.onBatches?.(state);
  while (!state.isFinished) {
    await mayGoOn(context);
    const startedMs = context.clock.monotonicMs();
    const { size } = state;
    try {
      // Without the control: what somebody says meanwhile is not to be overwritten by what was read before.
      const { control, ...before } = state;
      const moved: Moved = (done, durationMs) => ({
        ...before,
        cursor: done.cursor ?? before.cursor,
        batches: before.batches + 1,
        rows: before.rows + done.rows,
        workedMs: Math.round(before.workedMs + restedMs + durationMs),
        size: nextSize(
          { size, rows: done.rows, durationMs },
          options,
          rateOf({ control }, options),
        ),
        isFinished: done.isLast,
      });
      const done = await backfill.run({ after: state.cursor, size, state }, moved);
      const durationMs = context.clock.monotonicMs() - startedMs;
      failures = 0;
      restedMs = 0;
      state = (await readState(session, context.record.scope, place))?.state ?? state;
      context.onBatches?.(state);
      if (context.clock.monotonicMs() - saidMs >= sayEveryMs) {
        saidMs = context.clock.monotonicMs();
        say(context, backfill, state);
      }
      if (state.isFinished) break;
      const time = { size, rows: done.rows, durationMs };
      restedMs = restMs(time, options, rateOf(state, options));
      await rest(context, restedMs);
      state = await waitWhilePaused(context, session, { place, state, restedMs });
      await waitForOthers(context, { id: place.id, options, meter });
    } catch (error) {
      if (!(error instanceof ConnectionLost)) await rollBack(session);
      if (isMovedOn(error)) {
        state = (await readState(session, context.record.scope, place))?.state ?? state;
        continue;
      }
      failures += 1;
      if (!isLockFailure(error) || failures > context.settings.lockRetries + 3) {
        throw error;
      }
      state = { ...state, size: Math.max(1, Math.ceil(state.size / 4)) };
      context.progress({
        event: "lock.retry",
        message: `${place.id}: ${error.message}; a smaller batch in a moment`,
        data: { id: place.id, size: state.size },
      });
      await context.clock.sleep(100 * 2 ** failures, context.signal);
    }
  }
  return state;
}

const sayEveryMs = 1_000;

async function beginState(
  context: ApplyContext,
  session: Session,
  { place, key, options }: Backfill,
): Promise<BackfillState> {
  const found = await readState(session, context.record.scope, place);
  if (found !== undefined) {
    if (found.meaningHash === place.meaningHash) return found.state;
    const isAllowed = context.allowEdited?.has(place.id) === true;
    if (!isAllowed || !isSameWay(found.state, key)) throw edited(place, isAllowed);
    await session.script(updateMeaning(context.record, place));
    return found.state;
  }
  const first = {
    ...{ table: key.table, key: key.columns, cursor: undefined, batches: 0, rows: 0 },
    ...{ estimate: key.estimate, size: options.batch, workedMs: 0, isFinished: false },
  };
  await session.script(insertState(context.record, place, first));
  return { ...first, control: { paused: false, rate: undefined } };
}

/** A place in one table's key says nothing of another's. */
function isSameWay(begun: BackfillState, { table, columns }: TableKey): boolean {
  return JSON.stringify([begun.table, begun.key]) === JSON.stringify([table, columns]);
}

function edited({ id }: BackfillPlace, isAllowed: boolean): LockstepError {
  const [how, next] = isAllowed
    ? ["goes through another table or by another key now", "Restore the table and the key"]
    : [
        "was changed since it began",
        `Restore the file and deploy; or have the rows that are left done by the new text: lockstep deploy --allow-edited ${id}`,
      ];
  return new LockstepError("PLAN.EDITED_PARTIAL", `${id} is half applied, and ${how}`, {
    next: `${next}; or do all rows anew: lockstep backfill restart ${id}`,
    data: { id },
  });
}

function rateOf({ control }: Pick<BackfillState, "control">, options: BackfillOptions): number {
  return control.rate ?? options.rate;
}

async function mayGoOn(context: ApplyContext): Promise<void> {
  await context.assertHeld();
  if (context.signal?.aborted !== true) return;
  throw new LockstepError("DEPLOY.INTERRUPTED", "the deploy was interrupted", {
    cause: context.signal.reason,
  });
}

async function rest(context: ApplyContext, durationMs: number): Promise<void> {
  if (durationMs < 1) return;
  await context.clock.sleep(durationMs, context.signal).catch(() => undefined);
  await mayGoOn(context);
}

const lookEveryMs = 500;

async function waitWhilePaused(
  context: ApplyContext,
  session: Session,
  told: { readonly place: BackfillPlace; readonly state: BackfillState; readonly restedMs: number },
): Promise<BackfillState> {
  const { place, state } = told;
  const look = async (): Promise<BackfillState> =>
    (await readState(session, context.record.scope, place))?.state ?? state;
  // What was said while it rested counts before the next batch.
  let now = told.restedMs < 1 ? state : await look();
  for (let isSaid = false; now.control.paused; isSaid = true) {
    const message = `${place.id}: paused; lockstep backfill resume`;
    if (!isSaid) context.progress({ event: "backfill.paused", message, data: { id: place.id } });
    await rest(context, lookEveryMs);
    now = await look();
  }
  return now;
}

interface Waiting {
  readonly id: string;
  readonly options: BackfillOptions;
  readonly meter: Meter;
}

async function waitForOthers(
  context: ApplyContext,
  { id, options, meter }: Waiting,
): Promise<void> {
  let said: Waited | undefined;
  for (let looks = 0; ; looks += 1) {
    const pressure = await meter.read();
    for (const name of pressure.givenUp ?? []) sayGivenUp(context, id, name);
    const waited = whyWait(pressure, options);
    if (waited === undefined) return;
    if (waited.option !== said?.option || looks % sayWaitingEvery === 0) {
      said = waited;
      context.progress({
        event: "backfill.waiting",
        message: `${id}: waits: ${waited.why}`,
        data: { id, why: waited.why },
      });
    }
    await rest(context, 1_000);
  }
}

function sayGivenUp(context: ApplyContext, id: string, name: string): void {
  const message = `${id}: the standby ${name} did not come back: it is behind by all that was written since, and nothing waits for it any longer`;
  context.progress({ event: "backfill.standby_gone", message, data: { id, standby: name } });
}

/** Looks; another reason is said at once. */
const sayWaitingEvery = 10;

async function openMeter(
  context: ApplyContext,
  id: string,
  options: BackfillOptions,
): Promise<Meter> {
  const meter = createMeter(context, options);
  const hidden = await meter.blind();
  if (hidden.length === 0) return meter;
  const message = `${id}: the role may not see ${hidden.join(", nor ")}, so nothing waits for that; GRANT pg_read_all_stats to it`;
  context.progress({ event: "backfill.blind", message, data: { id, hidden: [...hidden] } });
  return meter;
}

function say(context: ApplyContext, { place }: Backfill, state: BackfillState): void {
  context.progress({
    event: "backfill.progress",
    message: `${place.id}: ${describeProgress(state)}`,
    data: { id: place.id, rows: state.rows, estimate: state.estimate ?? null, size: state.size },
  });
}

/** `1,200,000 of about 5,000,000 rows, 110,000/s, 34 s left`. */
export function describeProgress({ rows, estimate, workedMs }: BackfillState): string {
  const count = rows.toLocaleString("en");
  const perSecond = workedMs === 0 ? 0 : (rows / workedMs) * 1_000;
  const rate = perSecond === 0 ? "" : `, ${Math.round(perSecond).toLocaleString("en")}/s`;
  if (estimate === undefined || estimate <= rows || perSecond === 0) return `${count} rows${rate}`;
  const left = formatDuration(((estimate - rows) / perSecond) * 1_000);
  return `${count} of about ${estimate.toLocaleString("en")} rows${rate}, ${left} left`;
}

function pausedBefore(id: string): LockstepError {
  return new LockstepError("BACKFILL.PAUSED", `the backfill ${id} is paused`, {
    next: "lockstep backfill resume, then: lockstep deploy",
    data: { id },
  });
}
