/** The codes of BACKFILL, in the order of the alphabet. See ../codes.ts. */

export const backfillCodes = {
  "BACKFILL.NONE": {
    summary: "No backfill is under way.",
    next: "lockstep status",
  },
  "BACKFILL.NO_KEY": {
    summary: "A table has no unique key that it could be gone through by.",
    next: "Name one: -- lockstep: backfill key=COLUMN, add a unique index over columns that are NOT NULL, or take the mark out: then it runs as one statement.",
  },
  "BACKFILL.OPTION": {
    summary: "The mark of a backfill has an option that there is not, or a value that is none.",
    next: "Correct the line -- lockstep: backfill; docs/guide/backfill.md has the options.",
  },
  "BACKFILL.PAUSED": {
    summary: "A backfill is paused, and what comes after it waits for it.",
    next: "lockstep backfill resume, then: lockstep deploy",
  },
  "BACKFILL.STATEMENT": {
    summary: "The statement of a backfill can't be cut into ranges of a key.",
    next: "Write one UPDATE, DELETE or INSERT ... SELECT without aggregates, or use a TypeScript migration with batch().",
  },
  "BACKFILL.VERIFY": {
    summary: "A backfill has reached every row, and its own check does not hold.",
    next: "Look at the rows that the check names; then lockstep backfill restart ID, and lockstep deploy.",
  },
} as const;
