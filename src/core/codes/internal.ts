/** The codes of INTERNAL, in the order of the alphabet. See ../codes.ts. */

export const internalCodes = {
  "INTERNAL.BUG": {
    summary: "lockstep met a state that its authors held to be impossible.",
    next: "Report it with the command and the message; the database is as the message says.",
  },
} as const;
