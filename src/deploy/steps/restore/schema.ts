/**
 * Runs the structure's statements: in order and in batches, or, for keys and indexes once the rows are there, side by
 * side on several sessions, each on tables that no other works on.
 */
import { InternalError } from "../../../core/errors.ts";
import { sha256 } from "../../../core/hash.ts";
import type { SectionStep } from "../../../plan/sections.ts";
import { ServerError, type Session } from "../../../ports/database.ts";
import { together } from "../backup/rows.ts";
import { restoreFailure } from "./failure.ts";
import type { Journal } from "./journal.ts";

/** A transaction's locks have to fit into the server's table of them. */
const stepsPerTransaction = 100;

interface NumberedStep extends SectionStep {
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
  const pending = new Set(steps.filter((step) => !journal.isDone(step.item)));
  const unfinished = new Set([...pending].map(({ position }) => position));
  const busyTables = new Set<string>();
  let wake: (() => void)[] = [];
  const take = (): NumberedStep | undefined => {
    for (const step of pending) {
      const { tables, needs } = heavyOf(step);
      if (needs.some((position) => unfinished.has(position))) continue;
      if (tables.some((table) => busyTables.has(table))) continue;
      pending.delete(step);
      for (const table of tables) busyTables.add(table);
      return step;
    }
    return undefined;
  };
  const work = async (session: Session): Promise<void> => {
    while (pending.size > 0) {
      const step = take();
      if (step === undefined) {
        await new Promise<void>((resolve) => wake.push(resolve));
        continue;
      }
      try {
        await runTogether(session, [step], journal);
      } catch (error) {
        pending.clear();
        throw error;
      } finally {
        unfinished.delete(step.position);
        for (const table of heavyOf(step).tables) busyTables.delete(table);
        for (const resolve of wake) resolve();
        wake = [];
      }
    }
  };
  await together(sessions.map((session) => work(session)));
}

function heavyOf(step: NumberedStep): NonNullable<SectionStep["heavy"]> {
  if (step.heavy === undefined) throw new InternalError("only long work runs side by side");
  return step.heavy;
}
