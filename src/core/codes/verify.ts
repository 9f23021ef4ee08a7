/** The codes of VERIFY, in the order of the alphabet. See ../codes.ts. */

export const verifyCodes = {
  "VERIFY.DRIFT": {
    summary: "The live schema is not what its ledger and the project's files lead to.",
    next: "lockstep verify --against migrations shows every object that differs.",
  },
  "VERIFY.UNREACHABLE": {
    summary: "No files of the project lead to the state that the database's ledger describes.",
    next: "lockstep verify --against migrations, or get the release that has the files.",
  },
} as const;
