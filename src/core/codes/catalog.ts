/** The codes of CATALOG, in the order of the alphabet. See ../codes.ts. */

export const catalogCodes = {
  "CATALOG.UNSETTLED": {
    summary: "The structure of the database kept changing while it was read.",
    next: "Wait until the other deployment is done, then run the same command again.",
  },
} as const;
