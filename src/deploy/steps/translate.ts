/**
 * The edge of the use cases: what a session throws becomes an expected failure with a code, wherever no step knew
 * better. A lost connection and a server that says no are never bugs.
 */
import { LockstepError } from "../../core/errors.ts";
import { ConnectionLost, ServerError } from "../../ports/database.ts";
import { isLeaseLost, leaseLost } from "./lease.ts";
import { remedyOf } from "./remedies.ts";

export async function translated<Result>(action: () => Promise<Result>): Promise<Result> {
  try {
    return await action();
  } catch (error) {
    throw translate(error);
  }
}

export function translate(error: unknown): unknown {
  if (error instanceof ConnectionLost) {
    const said =
      error.lastWords === undefined ? [] : [`the server said: ${error.lastWords.message}`];
    return new LockstepError("CONNECT.LOST", error.message, {
      state: "what was committed before is recorded in the ledger; lockstep status shows it",
      notes: said,
      cause: error,
    });
  }
  if (isLeaseLost(error)) return leaseLost(error);
  if (error instanceof ServerError) {
    const remedy = remedyOf(error.sqlState);
    return new LockstepError("DEPLOY.SERVER", error.message, {
      sqlState: error.sqlState,
      state: "what was committed before is recorded in the ledger; lockstep status shows it",
      notes: [
        ...(error.detail === undefined ? [] : [`DETAIL: ${error.detail}`]),
        ...(error.hint === undefined ? [] : [`HINT: ${error.hint}`]),
      ],
      ...(remedy === undefined ? {} : { next: `${remedy}, then run the same command again.` }),
      cause: error,
    });
  }
  return error;
}
