/**
 * Runs the structure's statements: in order and in batches, or, for keys and indexes once the rows are there, side by
 * side on several sessions, each on tables that no other works on.
 */
import { InternalError } from "../../../core/errors.ts";
import { sha256 } from "../../../core/hash.ts";
import type { SectionStep } from "../../../plan/sections.ts";
import { ServerError, type Session } from "../../../ports/database.ts";
import { workThrough, type Task } from "../work-through.ts";
import { restoreFailure } from "./failure.ts";
import type { Journal } from "./journal.ts";

/** A transaction's locks have to fit into the server's table of them. */
const stepsPerTransaction = 100;

export interface NumberedStep extends SectionStep {
  /** Its line of the journal: the same backup gives the same steps. */
  readonly item: string;
  readonly position: number;
}

export function numbered(steps: readonly SectionStep[]): readonly NumberedStep[] {
  return steps.map((step, position) => ({
    ...step,
    position,
    item: `step ${position} ${sha256(step.statements.join("\0")).slice(0, 16)}`,
  }));
}

export async function runInOrder(
  session: Session,
  steps: readonly NumberedStep[],
  journal: Journal,
): Promise<void> {
  let batch: NumberedStep[] = [];
  for (const step of steps) {
    if (step.statements.length === 0 || journal.isDone(step.item)) continue;
    if (step.transaction === "none") {
      await runTogether(session, batch, journal);
      batch = [];
      await runAlone(session, step, journal);
      continue;
    }
    batch.push(step);
    if (batch.length >= stepsPerTransaction || step.transaction === "commit after") {
      await runTogether(session, batch, journal);
      batch = [];
    }
  }
  await runTogether(session, batch, journal);
}

async function runTogether(
  session: Session,
  steps: readonly NumberedStep[],
  journal: Journal,
): Promise<void> {
  if (steps.length === 0) return;
  const texts = steps.flatMap((step) => [...step.statements, journal.line(step.item)]);
  try {
    await session.script(["begin", ...texts, "commit"].join(";\n"));
  } catch (error) {
    if (session.transaction !== "idle") await session.script("rollback").catch(() => undefined);
    // The first of the completed is BEGIN.
    const failed = error instanceof ServerError ? texts[error.completed - 1] : undefined;
    const step = steps.find(
      ({ statements }) => failed !== undefined && statements.includes(failed),
    );
    throw restoreFailure(error, step?.object ?? "the structure", failed);
  }
}

async function runAlone(session: Session, step: NumberedStep, journal: Journal): Promise<void> {
  for (const statement of step.statements) {
    try {
      await session.script(statement);
    } catch (error) {
      throw restoreFailure(error, step.object, statement);
    }
  }
  await session.script(journal.line(step.item));
}

export async function runSideBySide(
  sessions: readonly Session[],
  steps: readonly NumberedStep[],
  journal: Journal,
): Promise<void> {
  await workThrough(sessions, sideBySide(steps, journal));
}

/**
 * Long work as tasks: on one table several indexes are made at once, and everything else alone. What has to be alone
 * comes first, since the rest can still be shared out when there is only one table left to work on.
 */
export function sideBySide(steps: readonly NumberedStep[], journal: Journal): readonly StepTask[] {
  const pending = steps
    .filter((step) => !journal.isDone(step.item))
    .toSorted((left, right) => Number(heavyOf(left).shares) - Number(heavyOf(right).shares));
  const unfinished = new Set(pending.map(({ position }) => position));
  const users = new Map<string, number>();
  return pending.map((step): StepTask => {
    const { tables, needs, shares } = heavyOf(step);
    const use = (by: number): void => {
      for (const table of tables) users.set(table, (users.get(table) ?? 0) + by);
    };
    const weight = shares ? 1 : exclusive;
    return {
      step,
      isReady: () =>
        !needs.some((position) => unfinished.has(position)) &&
        tables.every((table) => (users.get(table) ?? 0) + weight <= exclusive),
      begin: () => use(weight),
      run: (session) => runTogether(session, [step], journal),
      end: () => {
        unfinished.delete(step.position);
        use(-weight);
      },
    };
  });
}

export interface StepTask extends Task<Session> {
  readonly step: NumberedStep;
}

/** More than there are sessions. */
const exclusive = 1_000_000;

function heavyOf(step: NumberedStep): NonNullable<SectionStep["heavy"]> {
  if (step.heavy === undefined) throw new InternalError("only long work runs side by side");
  return step.heavy;
}
