/** The codes of WAIT, in the order of the alphabet. See ../codes.ts. */

export const waitCodes = {
  "WAIT.TIMEOUT": {
    summary: "What was waited for did not come within the time allowed.",
    next: "Look whether a deploy runs or failed (lockstep status), or allow more time with --timeout.",
  },
} as const;
