/** The codes of CATALOG, in the order of the alphabet. See ../codes.ts. */

export const catalogCodes = {
  "CATALOG.HIDDEN": {
    summary: "The role that reads may not see something that belongs to the comparison.",
    next: "Read as the object's owner or as a superuser, or go on without it.",
  },
  "CATALOG.NOT_MODELLED": {
    summary: "The database holds something that lockstep does not compare.",
    next: "Leave --strict out to go on without it.",
  },
  "CATALOG.UNSETTLED": {
    summary: "The structure of the database kept changing while it was read.",
    next: "Wait until the other deployment is done, then run the same command again.",
  },
} as const;
