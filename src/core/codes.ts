/**
 * Every error code of lockstep, once. A code is a contract: scripts match on it, docs/reference/errors.md
 * explains it, and a test compares the two. Adding a failure means adding a row here, never a bare throw.
 */

export interface ErrorCodeEntry {
  /** What the code means, as one sentence of the reference page. */
  readonly summary: string;
  /** What to do about it when the place that throws knows nothing better. */
  readonly next: string;
}

export const errorCodes = {
  "INTERNAL.BUG": {
    summary: "lockstep met a state that its authors held to be impossible.",
    next: "Report it with the command and the message; the database is as the message says.",
  },
  "USAGE.UNKNOWN_COMMAND": {
    summary: "The command line names a command that does not exist.",
    next: "lockstep --help",
  },
  "USAGE.INVALID": {
    summary: "A flag is unknown, lacks its value, or does not go with the others.",
    next: "lockstep COMMAND --help",
  },
} as const;

export type ErrorCode = keyof typeof errorCodes;
