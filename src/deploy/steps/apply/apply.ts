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
import { runData } from "./data.ts";
import { runAlone } from "./alone.ts";
import { isLast, unitDone } from "./bookkeeping.ts";
import { ledgerTransaction } from "../ledger/transaction.ts";
import type { ApplyContext, WorkSession } from "./context.ts";
import { describeState, type Done } from "./state.ts";
import { runInterpreted } from "./interpreted.ts";
import { lookAfterLoss } from "./lost.ts";
import { translate } from "../translate.ts";
import { runTransaction } from "./transaction.ts";

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
  const applied: AppliedUnit[] = [];
  for (const unit of plan.units) {
    const whole = plan.units.slice(0, applied.length);
    const progress: Done = { whole, unit, segmentsDone: 0 };
    try {
      const startedAt = context.clock.monotonicMs();
      say(context, unit, applied.length, plan.units.length);
      const statements = await applyUnit(context, work, unit, progress);
      applied.push({
        id: unit.identity.id,
        kind: unit.identity.kind,
        direction: unit.kind === "sql" ? unit.direction : "up",
        title: unit.identity.title,
        statements,
        durationMs: Math.round(context.clock.monotonicMs() - startedAt),
      });
    } catch (error) {
      throw withState(error, progress);
    }
  }
  return applied;
}

async function applyUnit(
  context: ApplyContext,
  work: WorkSession,
  unit: PlannedUnit,
  progress: Done,
): Promise<number> {
  switch (unit.kind) {
    case "sql":
      return applySqlUnit(context, work, unit, progress);
    case "data": {
      await assertMayGoOn(context);
      await runDataUnit(context, work, unit);
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

async function applySqlUnit(
  context: ApplyContext,
  work: WorkSession,
  unit: SqlUnit,
  progress: Done,
): Promise<number> {
  progress.segmentsDone = unit.segmentsDone;
  if (unit.segmentsDone === unit.segments.length) {
    // Its last statement was in doubt, and somebody said that it happened.
    await ledgerTransaction(work.current, context, unitDone(context, unit));
    return 0;
  }
  for (const message of unit.messages) {
    context.progress({ event: "file.message", message, data: { id: unit.identity.id } });
  }
  let statements = 0;
  for (const segment of unit.segments.slice(unit.segmentsDone)) {
    await assertMayGoOn(context);
    await runSegment(context, work, { unit, segment });
    progress.segmentsDone += 1;
    statements += segment.statements;
  }
  return statements;
}

async function runSegment(
  context: ApplyContext,
  work: WorkSession,
  { unit, segment }: { readonly unit: SqlUnit; readonly segment: Segment },
): Promise<void> {
  const session = work.current;
  try {
    switch (segment.kind) {
      case "transaction":
        await runTransaction(context, session, unit, segment);
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
    if (!(error instanceof ConnectionLost)) throw error;
    await lookAfterLoss({
      context,
      work,
      identity: unit.identity,
      direction: unit.direction,
      ordinal: isLast(unit, segment) ? undefined : segment.ordinal,
      alone: segment.kind === "alone",
      error,
    });
  }
}

async function runDataUnit(
  context: ApplyContext,
  work: WorkSession,
  unit: DataUnit,
): Promise<void> {
  try {
    await runData(context, work.current, unit);
  } catch (error) {
    if (!(error instanceof ConnectionLost)) throw error;
    const { identity } = unit;
    const what = { direction: "up", ordinal: undefined, alone: false } as const;
    await lookAfterLoss({ context, work, identity, ...what, error });
  }
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

function withState(cause: unknown, progress: Done): unknown {
  const error = translate(cause);
  if (!(error instanceof LockstepError)) return error;
  const { id, kind } = progress.unit.identity;
  const data = { ...error.data, id };
  const next =
    kind === "seed" ? { next: error.next.replace("lockstep deploy", "lockstep seed") } : {};
  return error.with({ state: describeState(progress), data, ...next });
}
