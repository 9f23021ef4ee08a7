/** The codes of ADOPT, in the order of the alphabet. See ../codes.ts. */

export const adoptCodes = {
  "ADOPT.AMBIGUOUS": {
    summary:
      "The database holds the histories of several tools, and nothing says which one counts.",
    next: "Name one with --from.",
  },
  "ADOPT.BUSY": {
    summary: "The other tool's lock is taken: it is at work, or was cut off.",
    next: "Let it finish, or release its lock by its own means; then run the same command again.",
  },
  "ADOPT.DIRTY": {
    summary: "The other tool's history says that a migration failed half way.",
    next: "Bring that migration to an end with the other tool, then run the same command again.",
  },
  "ADOPT.EDITED": {
    summary: "A file is not the one that the other tool applied: its hash is another.",
    next: "Restore the files, or add --allow-edited ID,... for those that are the same to you.",
  },
  "ADOPT.HISTORY_ABSENT": {
    summary: "The database does not hold the history of that tool.",
    next: "Check the database; lockstep adopt without --from looks for every tool that it knows.",
  },
  "ADOPT.UNMATCHED": {
    summary: "What the other tool applied has no file in the project.",
    next: "Bring the files back, or say it yourself: lockstep adopt --from none --applied ID|all",
  },
} as const;
