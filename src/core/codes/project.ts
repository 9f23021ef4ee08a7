/** The codes of PROJECT, in the order of the alphabet. See ../codes.ts. */

export const projectCodes = {
  "PROJECT.APPLIED": {
    summary: "What should be changed on disk was applied to the target already.",
    next: "Leave the file as it is and make a new migration: lockstep new NAME",
  },
  "PROJECT.BASELINE_INCLUDES": {
    summary: "The baseline says that it includes a migration which is not there.",
    next: "Correct the line `-- Includes migrations up to:` in the baseline.",
  },
  "PROJECT.CHANGED_MEANWHILE": {
    summary: "A file that a migration reads was changed while lockstep was at work.",
    next: "Leave the file alone while it runs, then the same command again.",
  },
  "PROJECT.CONDITION": {
    summary: "A part of a file runs only under a condition that another tool would ask about.",
    next: "Take the part out of the file where the condition does not hold, else the line that sets it; then the same command again.",
  },
  "PROJECT.DUPLICATE_VERSION": {
    summary: "Two migrations have the same version.",
    next: "lockstep rebase",
  },
  "PROJECT.ENCODING": {
    summary: "A file is not text in UTF-8.",
    next: "Save the file as UTF-8 without NUL characters.",
  },
  "PROJECT.EXISTS": {
    summary: "The file that would be written is there already.",
    next: "Choose another name, or --force where the command has it.",
  },
  "PROJECT.FILE_ABSENT": {
    summary: "A file or folder that the project names is not there.",
    next: "Check the path; paths are relative to the project's folder.",
  },
  "PROJECT.LOCK_CONFLICT": {
    summary: "lockstep.lock holds git's conflict markers: two branches both added a migration.",
    next: "Keep the migration files of both sides, then: lockstep rebase",
  },
  "PROJECT.LOCK_FILE": {
    summary: "lockstep.lock has a line that is not in its format.",
    next: "lockstep rebase",
  },
  "PROJECT.NAME_INVALID": {
    summary: "A migration can't have this name.",
    next: "lockstep new NAME with letters and digits in it",
  },
  "PROJECT.NAME_VAGUE": {
    summary: "A migration's name says nothing about what it does.",
    next: "Name what changes, such as add_phone_to_customers, or add --force.",
  },
  "PROJECT.NOTHING_FOUND": {
    summary: "The folder holds no project, and nothing names a database.",
    next: "Run it in the project's folder, add --project DIR, or begin with: lockstep init",
  },
  "PROJECT.NO_SEEDS": {
    summary: "The project has no seeds to run.",
    next: 'Write seed.sql or files in seeds/, or name them in the config: { "seeds": "db/seed.sql" }',
  },
  "PROJECT.ORPHAN_ROLLBACK": {
    summary: "A file is named like the way back of a migration that is not there.",
    next: "Name the file like its migration with _rollback or .down behind it, or give it another name if it is a migration.",
  },
  "PROJECT.OUTSIDE": {
    summary: "A path leads out of the project.",
    next: "Move the file into the project's folder, or run lockstep from the folder that holds both.",
  },
  "PROJECT.SECTIONS": {
    summary: "The up and down sections of a file can't be told apart.",
    next: "Write one up section, then one down section.",
  },
  "PROJECT.UNREADABLE": {
    summary: "The operating system refused to read or write a file of the project.",
    next: "Check who owns the file and whether the disk is full.",
  },
} as const;
