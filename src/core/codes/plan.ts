/** The codes of PLAN, in the order of the alphabet. See ../codes.ts. */

export const planCodes = {
  "PLAN.BASELINE_CHANGED": {
    summary:
      "The complete schema is another than the one that was loaded, and there are no migrations that lead from one to the other.",
    next: 'lockstep rebuild; or restore the file, add a migration, or use strategy: "declarative".',
  },
  "PLAN.BASELINE_GAP": {
    summary:
      "The baseline stands for migrations that this database lacks and that are no longer on disk.",
    next: "Deploy the release that still has them first.",
  },
  "PLAN.CONFLICT": {
    summary: "Options were given that contradict each other or the state of the database.",
    next: "Leave out one of them.",
  },
  "PLAN.DECLARATIVE": {
    summary:
      "A declared schema is deployed by comparing catalogs, and nothing is at hand to do that.",
    next: "Hand the library's deploy its own ports, or use the command lockstep deploy.",
  },
  "PLAN.EDITED": {
    summary: "A migration was changed after it was applied, in more than comments and white space.",
    next: "Restore the file and write a new migration, or: lockstep deploy --allow-edited ID",
  },
  "PLAN.EDITED_PARTIAL": {
    summary: "A migration that is half applied was changed in the part that already ran.",
    next: "Restore that part of the file; the rest may be corrected.",
  },
  "PLAN.EMPTY_PROJECT": {
    summary: "The project holds no schema and no migrations.",
    next: "lockstep init",
  },
  "PLAN.FILE_CHANGED": {
    summary: "A plan's file was changed after it was written.",
    next: "Make it anew: lockstep plan --out FILE",
  },
  "PLAN.FILE_INVALID": {
    summary:
      "A file that is given as a plan is none, or of a format that this lockstep does not read.",
    next: "lockstep plan --out FILE",
  },
  "PLAN.FILE_MISSING": {
    summary: "A migration is applied and its file is not in the project.",
    next: "Get the file back, or: lockstep deploy --allow-missing",
  },
  "PLAN.INTERPRETED_MIXED": {
    summary:
      "A file needs values from the server to know its statements, and holds one that can't run in a transaction.",
    next: "Put that statement into a file of its own.",
  },
  "PLAN.NO_WAY_BACK": {
    summary: "A migration has no down file, so it can't be rolled back.",
    next: "Write the down file, or a new migration that undoes the change.",
  },
  "PLAN.OUT_OF_ORDER": {
    summary: "A migration sorts before one that is already applied.",
    next: "lockstep rebase gives it a later name, or: lockstep deploy --allow-out-of-order",
  },
  "PLAN.REVERTING": {
    summary: "A rollback began and did not end.",
    next: "lockstep rollback",
  },
  "PLAN.STALE": {
    summary:
      "A plan was made for another state of the target, or of the project, than there is now.",
    next: "Make it anew, and look at it again: lockstep plan --out FILE",
  },
  "PLAN.TRANSACTION_CONTROL": {
    summary:
      "A file controls transactions in a way that would tear its ledger row from its changes.",
    next: "Leave out the statement; lockstep begins and commits by itself.",
  },
  "PLAN.UNDECIDED": {
    summary: "The project has a declared schema only, and no strategy says what to do with it.",
    next: 'lockstep diff NAME writes the first migration. To deploy without any, set strategy: "declarative" in lockstep.config; a schema for fresh databases alone is baseline: there.',
  },
  "PLAN.UNKNOWN_ID": {
    summary: "No migration has that id.",
    next: "lockstep status",
  },
} as const;
