/** What the process's exit code says, once. docs/reference/exit-codes.md is generated from it. */
import type { ErrorCode } from "../core/codes.ts";
import { LockstepError } from "../core/errors.ts";

export const exitCodes = {
  done: { code: 0, summary: "What was asked for is done, or help was asked for and shown." },
  bug: { code: 1, summary: "A bug in lockstep. The message asks to report it." },
  failed: {
    code: 2,
    summary: "An expected failure. The message has a code, the database's state and what to do.",
  },
  stopped: { code: 3, summary: "Declined at a question, or interrupted (SIGINT, SIGTERM)." },
  findings: {
    code: 4,
    summary:
      "The command ran to its end and found something: drift, findings of severity error, pending work or a difference with --exit-code.",
  },
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]["code"];

const stopping: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "DEPLOY.INTERRUPTED",
  "USAGE.DECLINED",
  "USAGE.INTERRUPTED",
]);

export function exitCodeOf(error: unknown): ExitCode {
  if (!(error instanceof LockstepError)) return exitCodes.bug.code;
  if (error.code === "INTERNAL.BUG") return exitCodes.bug.code;
  return stopping.has(error.code) ? exitCodes.stopped.code : exitCodes.failed.code;
}
