/** The codes of LEDGER, in the order of the alphabet. See ../codes.ts. */

export const ledgerCodes = {
  "LEDGER.ABSENT": {
    summary:
      "The database holds objects and no ledger of lockstep's, so nobody knows which migrations it has.",
    next: "lockstep adopt --from none --applied ID|all",
  },
  "LEDGER.BUSY": {
    summary: "Another client is setting up the ledger and does not come to an end.",
    next: "Run the same command again when it is done.",
  },
  "LEDGER.DENIED": {
    summary: "The role may not use the ledger in schema lockstep.",
    next: "Grant the role the rights on schema lockstep that docs/reference/ledger.md lists.",
  },
  "LEDGER.FAILED": {
    summary: "The ledger could not be set up.",
    next: "See what the server says; lockstep needs CREATE on the database once.",
  },
  "LEDGER.FOREIGN": {
    summary:
      "The schema lockstep holds tables with rules, triggers, policies or types that lockstep did not give them.",
    next: "Find out who made them: \\d+ lockstep.* in psql. Then drop what is not lockstep's.",
  },
  "LEDGER.NEWER": {
    summary: "The ledger was written by a newer lockstep, which this one does not understand.",
    next: "Use the version of lockstep that the project uses elsewhere, or a newer one.",
  },
  "LEDGER.PRESENT": {
    summary: "The database has a ledger for this project already.",
    next: "lockstep status",
  },
} as const;
