/** The codes of VERIFY, in the order of the alphabet. See ../codes.ts. */

export const verifyCodes = {
  "VERIFY.DIFFERS": {
    summary: "The ledger and the files differ.",
    next: "lockstep status",
  },
} as const;
