/**
 * Writes down that an attempt failed, apart from the history, on whichever session still answers. It must never
 * hide the failure itself: what can't be written is left out.
 */
import { LockstepError, type JsonObject } from "../../../core/errors.ts";
import type { Session } from "../../../ports/database.ts";
import { closeDeployment } from "./deployment.ts";
import type { RecordContext } from "./record.ts";

export async function recordFailure(
  sessions: readonly Session[],
  context: RecordContext,
  error: unknown,
): Promise<void> {
  for (const session of sessions) {
    try {
      if (session.transaction !== "idle") await session.script("rollback");
      if (error instanceof LockstepError) await writeAttempt(session, context, error);
      await closeDeployment(session, context, failureOf(error));
      return;
    } catch {
      // The next session, or nobody: the next deploy closes the row.
    }
  }
}

async function writeAttempt(
  session: Session,
  context: RecordContext,
  error: LockstepError,
): Promise<void> {
  const id = error.data["id"];
  await session.query(
    `insert into lockstep.attempts (scope, migration_id, deployment_id, sql_state, message, file, line, detail)
    values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      context.scope,
      typeof id === "string" ? id : "",
      context.deploymentId,
      error.sqlState ?? null,
      error.message,
      error.where?.file ?? null,
      error.where?.line ?? null,
      JSON.stringify(error.toJSON()),
    ],
  );
}

function failureOf(error: unknown): JsonObject {
  if (error instanceof LockstepError) return error.toJSON();
  return { message: error instanceof Error ? error.message : String(error) };
}
