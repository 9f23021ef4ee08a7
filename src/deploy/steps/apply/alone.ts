/**
 * One statement that can run in no transaction: journalled before and after. If an earlier deploy was cut off in the
 * middle, its effect is looked up first, and it is run again only when the effect is absent and that is safe.
 */
import { LockstepError, type JsonObject } from "../../../core/errors.ts";
import type { AloneSegment, SqlUnit } from "../../../plan/plan.ts";
import { ServerError, type Session } from "../../../ports/database.ts";
import { discardSession, resetSession } from "../ledger/record.ts";
import { describeBlocker, watchBlockers } from "./blockers.ts";
import { doneStatements, isLast, journalOf } from "./bookkeeping.ts";
import type { ApplyContext } from "./context.ts";
import { lookBefore, lookUp, type Outcome } from "./effect.ts";
import { statementFailure } from "./failure.ts";
import { atOffset } from "./locate.ts";
import { offsetOfCharacter } from "../../../sql/position.ts";

export interface AloneRun {
  readonly context: ApplyContext;
  readonly session: Session;
  readonly unit: SqlUnit;
  readonly segment: AloneSegment;
  /** What an earlier deploy noted before it was cut off; undefined when there was none. */
  readonly doubt: JsonObject | undefined;
}

export async function runAlone(run: AloneRun): Promise<void> {
  const { context, session, unit, segment, doubt } = run;
  if (context.pooled) throw pooled(unit, segment);
  const outcome = await inFileSession(run, () => lookUp(session, segment.effect, doubt ?? {}));
  const isDone = await clearTheWay(run, outcome);
  if (!isDone) await execute(run);
  await recordDone(run);
}

/** Resolves to whether there is nothing left to run. */
async function clearTheWay(run: AloneRun, outcome: Outcome): Promise<boolean> {
  const { context, session, unit, segment, doubt } = run;
  switch (outcome.kind) {
    case "happened":
      // Without doubt it is somebody else's object of that name: the server's error says so, or IF NOT EXISTS.
      if (doubt === undefined) return false;
      say(context, unit, "it had happened before the deploy was cut off: not run again");
      return true;
    case "absent":
      return false;
    case "partly":
      say(context, unit, `${outcome.what} is left of an earlier attempt: ${outcome.repair}`);
      await session.script(outcome.repair);
      return outcome.completes;
    case "unknown":
      if (doubt === undefined) return false;
      throw inDoubt(unit, segment);
  }
}

async function execute(run: AloneRun): Promise<void> {
  const { context, session, unit, segment } = run;
  const before = await inFileSession(run, () => lookBefore(session, segment.effect));
  await session.script(journalOf(context, unit, segment, { state: "started", before }));
  const watch = watchBlockers({
    clock: context.clock,
    observer: context.observer,
    pid: session.server.backendPid,
    everyMs: 1_000,
    onBlocked: (blockers) =>
      say(context, unit, `waiting for ${blockers.map(describeBlocker).join("; ")}`),
  });
  try {
    await inFileSession(run, () => session.script(segment.step.sql));
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
    const noted = session.script(journalOf(context, unit, segment, { state: "failed" }));
    // A full disk takes no note either; without it the next deploy looks whether the statement happened.
    await noted.catch(ignoreRefusal);
    throw failed(error, segment);
  } finally {
    watch.stop();
  }
}

function ignoreRefusal(error: unknown): void {
  if (!(error instanceof ServerError)) throw error;
}

async function recordDone({ context, session, unit, segment }: AloneRun): Promise<void> {
  const statements = [
    "begin",
    "set local search_path = pg_catalog, pg_temp",
    ...doneStatements(context, unit, segment),
    "commit",
    ...(isLast(unit, segment) ? discardSession : []),
  ];
  await session.script(statements.join(";\n"));
}

/** With what the file has set so far, and without it afterwards. */
async function inFileSession<Result>(
  { session, segment }: AloneRun,
  action: () => Promise<Result>,
): Promise<Result> {
  if (segment.session.length === 0) return action();
  await session.script(segment.session.join(";\n"));
  try {
    return await action();
  } finally {
    await session.script(resetSession.filter((text) => text.startsWith("reset")).join(";\n"));
  }
}

function failed(error: ServerError, segment: AloneSegment): LockstepError {
  const { step } = segment;
  const offset = error.position === undefined ? 0 : offsetOfCharacter(step.sql, error.position);
  const located = atOffset(step, offset);
  const failure = statementFailure(
    error,
    error.position === undefined ? { ...located, offset: undefined } : located,
  );
  if (segment.effect.kind !== "unknown") return failure;
  // DO and CALL commit in their middle, and only they know how to go on.
  return failure.with({
    notes: [
      ...failure.notes,
      "What it committed by itself before it failed stays; the next deploy runs it from its beginning.",
    ],
  });
}

function say(context: ApplyContext, unit: SqlUnit, message: string): void {
  const { id } = unit.identity;
  context.progress({ event: "segment.note", message: `${id}: ${message}`, data: { id } });
}

function inDoubt(unit: SqlUnit, segment: AloneSegment): LockstepError {
  const { path, line, column } = segment.step.place;
  const { id } = unit.identity;
  return new LockstepError(
    "DEPLOY.IN_DOUBT",
    `an earlier deploy was cut off while this statement ran, and nothing tells whether it happened`,
    {
      where: { file: path, line, column },
      notes: [segment.step.sql.slice(0, 500)],
      next: `Look whether it happened, then: lockstep repair --statement-done ${id} (it did) or lockstep repair --retry ${id} (it did not)`,
      data: { id, ordinal: segment.ordinal },
    },
  );
}

function pooled(unit: SqlUnit, segment: AloneSegment): LockstepError {
  const { path, line, column } = segment.step.place;
  return new LockstepError(
    "DEPLOY.POOLED",
    `${unit.identity.id} holds a statement that runs outside a transaction, which needs a session of its own`,
    { where: { file: path, line, column } },
  );
}
