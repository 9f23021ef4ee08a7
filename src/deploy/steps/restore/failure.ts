/** What the server refused, as an error that says how to go on. */
import { LockstepError } from "../../../core/errors.ts";
import { ConnectionLost, ServerError } from "../../../ports/database.ts";
import { shortageStep } from "../remedies.ts";

export const halfDone =
  "the restore is half done, and what is done is recorded in the schema lockstep_restore";

/** Passes on what is not the server's. */
export function restoreFailure(error: unknown, what: string, statement?: string): unknown {
  if (error instanceof ConnectionLost) {
    return new LockstepError("CONNECT.LOST", error.message, {
      state: halfDone,
      next: "Run the same command again: it goes on where it stopped.",
      cause: error,
    });
  }
  if (!(error instanceof ServerError)) return error;
  const notes = [
    ...(statement === undefined ? [] : [excerpt(statement)]),
    ...(error.detail === undefined ? [] : [`detail: ${error.detail}`]),
    ...(error.hint === undefined ? [] : [`hint: ${error.hint}`]),
    ...(error.context === undefined ? [] : [`context: ${error.context}`]),
  ];
  return new LockstepError("RESTORE.FAILED", `${what}: ${error.message}`, {
    ...{ state: halfDone, sqlState: error.sqlState, notes, cause: error },
    ...shortageStep(error.sqlState, "run the same command again: it goes on where it stopped."),
  });
}

function excerpt(statement: string): string {
  const lines = statement.split("\n");
  return lines.length <= 8 ? statement : [...lines.slice(0, 8), "..."].join("\n");
}
