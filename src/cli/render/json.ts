/** `--json`: one document on stdout. Additions keep the format's version; what is removed or changes meaning raises it. */
import { InternalError, LockstepError } from "../../core/errors.ts";

export const formatVersion = 1;

export function jsonDocument(value: object): string {
  return `${JSON.stringify({ formatVersion, ...value }, bigintAsText, 2)}\n`;
}

export function jsonError(error: unknown): object {
  return { error: asLockstepError(error).toJSON() };
}

/** What nobody expected is a bug, and is shown in the shape of every other error. */
export function asLockstepError(error: unknown): LockstepError {
  if (error instanceof LockstepError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const kind = error instanceof Error && !(error instanceof InternalError) ? `${error.name}: ` : "";
  return new LockstepError("INTERNAL.BUG", kind + message, {
    state: "unknown: lockstep status shows what is applied",
    cause: error,
  });
}

function bigintAsText(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}
