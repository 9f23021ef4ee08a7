/** What the server refused while a backup was read, as an error that says what it was about. */
import type { ErrorCode } from "../../../core/codes.ts";
import { LockstepError } from "../../../core/errors.ts";
import { ConnectionLost, ServerError } from "../../../ports/database.ts";

/** Passes on what is not the server's. */
export function readFailure(error: unknown, what: string): unknown {
  if (error instanceof ConnectionLost) {
    return new LockstepError("CONNECT.LOST", error.message, { cause: error });
  }
  if (!(error instanceof ServerError)) return error;
  const notes = [
    ...(error.detail === undefined ? [] : [`detail: ${error.detail}`]),
    ...(error.hint === undefined ? [] : [`hint: ${error.hint}`]),
  ];
  return new LockstepError(codeOf(error), `${what}: ${error.message}`, {
    ...{ sqlState: error.sqlState, notes, cause: error },
  });
}

function codeOf({ sqlState }: ServerError): ErrorCode {
  if (sqlState === "55P03") return "BACKUP.BLOCKED";
  return sqlState === "42501" ? "BACKUP.DENIED" : "BACKUP.FAILED";
}
