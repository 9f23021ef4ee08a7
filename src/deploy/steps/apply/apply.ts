/**
 * Applies a plan, unit by unit, segment by segment, and says at any moment what is done. It stops at the first
 * failure; the error then carries the state of the database, since only this loop knows all of it.
 */
import { LockstepError } from "../../../core/errors.ts";
import type {
  DataUnit,
  Plan,
  PlannedUnit,
  Segment,
  SqlUnit,
  UnitIdentity,
} from "../../../plan/plan.ts";
import { ConnectionLost } from "../../../ports/database.ts";
import { createAhead, type Ahead } from "./ahead.ts";
import type { WatchOverAll } from "./blockers.ts";
import { runData } from "./data.ts";
import { runAlone } from "./alone.ts";
import { isLast, unitDone } from "./bookkeeping.ts";
import { ledgerTransaction } from "../ledger/transaction.ts";
import type { ApplyContext, CommittedBatches, WorkSession } from "./context.ts";
import { describeState, type Done } from "./state.ts";
import { runInterpreted } from "./interpreted.ts";
import { isDoneDespite, isRecorded, lookAfterLoss, type Loss } from "./lost.ts";
import { ownQueries } from "../own-queries.ts";
import { translate } from "../translate.ts";
import { requireSecrets } from "./secrets.ts";
import { withoutValues } from "./without-values.ts";
import { loadUps, type Ups } from "./ups.ts";
import { runTransaction, startWatch, transactionMessages } from "./transaction.ts";

export interface AppliedUnit {
  readonly id: string;
  readonly kind: UnitIdentity["kind"];
  readonly direction: "up" | "down";
  readonly title: string | undefined;
  readonly statements: number;
  readonly durationMs: number;
}

export async function applyUnits(
  context: ApplyContext,
  work: WorkSession,
  plan: Pick<Plan, "units">,
): Promise<readonly AppliedUnit[]> {
  await requireSecrets(context.secrets, plan.units);
  const run = startRun({ context, work, ups: await loadUps(context, plan.units) }, plan);
  try {
    return await applyAll(run, plan);
  } finally {
    run.ahead.stop();
    run.watch?.stop();
  }
}

/** What the units of one plan have in common while they run. */
interface Run {
  readonly context: ApplyContext;
  readonly work: WorkSession;
  readonly ahead: Ahead;
  readonly watch: WatchOverAll | undefined;
  readonly ups: Ups;
  /** The units before the one that runs. */
  readonly whole: readonly PlannedUnit[];
}

function startRun(
  given: Pick<Run, "context" | "work" | "ups">,
  { units }: Pick<Plan, "units">,
): Run {
  const { context, work } = given;
  const ahead = createAhead({
    context,
    work,
    units,
    messageOf: (unit, marks) => {
      const [segment] = unit.segments;
      if (segment?.kind !== "transaction") return undefined;
      const session = work.current;
      const messages = transactionMessages({ context, session }, { unit, segment }, marks);
      const [message, ...more] = messages;
      return message?.kind === "script" && more.length === 0 ? message : undefined;
    },
    mayGoOn: () =>
      assertMayGoOn(context).then(
        () => true,
        () => false,
      ),
  });
  return { ...given, ahead, watch: startWatch(context, work), whole: [] };
}

async function applyAll(run: Run, plan: Pick<Plan, "units">): Promise<readonly AppliedUnit[]> {
  const { context, ahead } = run;
  const applied: AppliedUnit[] = [];
  for (const unit of plan.units) {
    const whole = plan.units.slice(0, applied.length);
    const progress: Done = { whole, unit, segmentsDone: 0 };
    try {
      const startedAt = context.clock.monotonicMs();
      say(context, unit, applied.length, plan.units.length);
      await ahead.fill(applied.length);
      const onBatches = (batches: CommittedBatches): void => void (progress.batches = batches);
      const own = { ...run, whole, context: { ...context, onBatches } };
      const statements = await applyUnit(own, unit, progress);
      applied.push({
        id: unit.identity.id,
        kind: unit.identity.kind,
        direction: unit.kind === "sql" ? unit.direction : "up",
        title: unit.identity.title,
        statements,
        durationMs: Math.round(context.clock.monotonicMs() - startedAt),
      });
    } catch (error) {
      throw withState(error, { ...progress, behind: ahead.behind() }, context.variables);
    }
  }
  return applied;
}

async function applyUnit(run: Run, unit: PlannedUnit, progress: Done): Promise<number> {
  const { context, work } = run;
  switch (unit.kind) {
    case "sql":
      return applySqlUnit(run, unit, progress);
    case "data": {
      await assertMayGoOn(context);
      await runDataUnit(run, unit);
      return 1;
    }
    case "backfill": {
      await assertMayGoOn(context);
      const { runBackfillUnit } = await import("../backfill/run-unit.ts");
      await runBackfillUnit(context, work.current, unit);
      return 1;
    }
    case "external":
      throw new LockstepError(
        "DEPLOY.EXTERNAL_STEP",
        `${unit.identity.id} is not lockstep's to run`,
        {
          where: { file: unit.identity.path },
          notes: unit.instructions === "" ? [] : unit.instructions.trim().split("\n"),
          next: `Do what ${unit.identity.path} says, then: lockstep repair --mark-done ${unit.identity.id}`,
        },
      );
  }
}

async function applySqlUnit(run: Run, unit: SqlUnit, progress: Done): Promise<number> {
  const { context, work, ahead } = run;
  progress.segmentsDone = unit.segmentsDone;
  if (unit.segmentsDone === unit.segments.length) {
    // Its last statement was in doubt, and somebody said that it happened.
    await ledgerTransaction(work.current, context, unitDone(context, unit));
    return 0;
  }
  for (const message of unit.messages) {
    context.progress({ event: "file.message", message, data: { id: unit.identity.id } });
  }
  if (ahead.isInDoubt(unit) && (await isDoneAfterAll(run, unit))) return statementsOf(unit);
  let statements = 0;
  for (const segment of unit.segments.slice(unit.segmentsDone)) {
    // What is on its way is waited for, whatever has happened since.
    if (!ahead.isSent(unit)) await assertMayGoOn(context);
    await runSegment(run, { unit, segment });
    progress.segmentsDone += 1;
    statements += segment.statements;
  }
  return statements;
}

/** It was on its way behind the one that the connection was lost with. */
async function isDoneAfterAll({ context, work }: Run, unit: SqlUnit): Promise<boolean> {
  const { identity, direction } = unit;
  const what = { context, identity, direction, ordinal: undefined };
  return await isRecorded(ownQueries(work.current), what);
}

function statementsOf({ segments }: SqlUnit): number {
  return segments.reduce((sum, { statements }) => sum + statements, 0);
}

async function runSegment(
  { context, work, ahead, watch, whole }: Run,
  { unit, segment }: { readonly unit: SqlUnit; readonly segment: Segment },
): Promise<void> {
  const session = work.current;
  try {
    switch (segment.kind) {
      case "transaction":
        await runTransaction({ context, session, ahead, watch }, unit, segment);
        return;
      case "interpreted":
        await runInterpreted(context, session, unit, segment);
        return;
      case "alone": {
        const doubt = segment.ordinal === unit.segmentsDone ? unit.doubt : undefined;
        await runAlone({ context, session, unit, segment, doubt });
        return;
      }
    }
  } catch (error) {
    await lookAfter(error, {
      context,
      work,
      identity: unit.identity,
      direction: unit.direction,
      ordinal: isLast(unit, segment) ? undefined : segment.ordinal,
      alone: segment.kind === "alone",
      whole,
    });
  }
}

async function runDataUnit({ context, work, ups, whole }: Run, unit: DataUnit): Promise<void> {
  try {
    const up = await ups(unit);
    await runData(context, work.current, { unit, up });
  } catch (error) {
    const { identity } = unit;
    const what = { direction: "up", ordinal: undefined, alone: false, whole } as const;
    await lookAfter(error, { context, work, identity, ...what });
  }
}

/** Returns when it is done after all. */
async function lookAfter(error: unknown, what: Omit<Loss, "error">): Promise<void> {
  if (error instanceof ConnectionLost) await lookAfterLoss({ ...what, error });
  else if (!(await isDoneDespite(what, error))) throw error;
}

/** Between segments the deploy can stop: nothing is under way. */
async function assertMayGoOn(context: ApplyContext): Promise<void> {
  await context.assertHeld();
  if (context.signal?.aborted !== true) return;
  throw new LockstepError("DEPLOY.INTERRUPTED", "the deploy was interrupted", {
    cause: context.signal.reason,
  });
}

function say(context: ApplyContext, unit: PlannedUnit, before: number, all: number): void {
  const { id, title, kind } = unit.identity;
  const what = kind === "baseline" || kind === "declared" ? unit.identity.path : id;
  context.progress({
    event: "unit.start",
    message: `[${before + 1}/${all}] ${what}${title === undefined ? "" : `: ${title}`}`,
    data: { id, index: before + 1, of: all },
  });
}

function withState(cause: unknown, progress: Done, variables: ApplyContext["variables"]): unknown {
  const translated = translate(cause);
  if (!(translated instanceof LockstepError)) return translated;
  const error = withoutValues(translated, variables);
  const data = { ...error.data, id: progress.unit.identity.id };
  const next = nextOf(error, progress);
  if (error.data["otherServer"] === true) {
    const state = "what the server that answers now has is in its ledger; lockstep status shows it";
    return error.with({ state, data, ...next });
  }
  const isInDoubt = error.data["inDoubt"] === true;
  return error.with({ state: describeState({ ...progress, isInDoubt }), data, ...next });
}

/** Behind committed batches a corrected file is another text than the one that was begun. */
function nextOf({ next }: LockstepError, { unit, batches }: Done): { readonly next?: string } {
  const { id, kind } = unit.identity;
  if (kind === "seed") return { next: next.replace("lockstep deploy", "lockstep seed") };
  if ((batches?.batches ?? 0) === 0) return {};
  return {
    next: next.replace("then: lockstep deploy", `then: lockstep deploy --allow-edited ${id}`),
  };
}
