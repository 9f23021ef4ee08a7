/** Runs a plan's segments on a scratch session, as a deploy would: each in its own transaction, or alone. */
import { ServerError, type Session } from "../../../ports/database.ts";
import type { SchemaSegment, SchemaStep } from "../../../plan/schema_plan.ts";

/** Thrown with the step that the server refused. */
export class StepFailed extends Error {
  override readonly name = "StepFailed";
  readonly step: SchemaStep;
  readonly error: ServerError;

  constructor(step: SchemaStep, error: ServerError) {
    super(error.message, { cause: error });
    this.step = step;
    this.error = error;
  }
}

export async function runSegments(
  session: Session,
  segments: readonly SchemaSegment[],
): Promise<void> {
  await session.script("set check_function_bodies = off");
  for (const segment of segments) {
    if (!segment.transaction) {
      for (const step of segment.steps) await runStep(session, step);
      continue;
    }
    await session.script("begin");
    try {
      for (const step of segment.steps) await runStep(session, step);
      await commit(session, segment);
    } catch (error) {
      await session.script("rollback").catch(() => undefined);
      throw error;
    }
  }
}

async function runStep(session: Session, step: SchemaStep): Promise<void> {
  try {
    for (const statement of step.statements) await session.script(statement);
  } catch (error) {
    throw error instanceof ServerError ? new StepFailed(step, error) : error;
  }
}

/** Deferred constraints speak up only here: the last step is as good a name for it as any. */
async function commit(session: Session, { steps }: SchemaSegment): Promise<void> {
  try {
    await session.script("commit");
  } catch (error) {
    const last = steps.at(-1);
    throw error instanceof ServerError && last !== undefined ? new StepFailed(last, error) : error;
  }
}
