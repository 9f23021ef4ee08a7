/** What the server refused while rows were moved, as an error that says what it was about. */
import type { ErrorCode } from "../../../core/codes.ts";
import { LockstepError, type ErrorDetails } from "../../../core/errors.ts";
import { ConnectionLost, ServerError } from "../../../ports/database.ts";
import { shortageStep } from "../remedies.ts";

/** Passes on what is not the server's. */
export function dataFailure(error: unknown, what: string, details: ErrorDetails = {}): unknown {
  if (error instanceof ConnectionLost) {
    const next = details.next ?? "Run the same command again.";
    return new LockstepError("CONNECT.LOST", error.message, { cause: error, ...details, next });
  }
  if (!(error instanceof ServerError)) return error;
  return new LockstepError(codeOf(error), `${what}: ${error.message}`, {
    ...{ sqlState: error.sqlState, notes: serverNotes(error), cause: error },
    ...shortageStep(error.sqlState, "run the same command again."),
    ...details,
  });
}

export function serverNotes(error: ServerError): readonly string[] {
  return [
    ...(error.detail === undefined ? [] : [`detail: ${error.detail}`]),
    ...(error.hint === undefined ? [] : [`hint: ${error.hint}`]),
    ...(error.context === undefined ? [] : [`context: ${error.context}`]),
  ];
}

function codeOf({ sqlState }: ServerError): ErrorCode {
  return sqlState === "42501" ? "DATA.DENIED" : "DATA.FAILED";
}
