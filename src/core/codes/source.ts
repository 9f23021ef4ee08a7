/** The codes of SOURCE, in the order of the alphabet. See ../codes.ts. */

export const sourceCodes = {
  "SOURCE.ABSENT": {
    summary: "The project has no such schema: no baseline, no migrations or no declared schema.",
    next: "lockstep init shows what was found; name a file as file:PATH instead.",
  },
  "SOURCE.COMMAND_FAILED": {
    summary: "The command that prints the declared schema failed.",
    next: "Run the command by itself in the project's folder and correct what it says.",
  },
  "SOURCE.COMMAND_TIMEOUT": {
    summary: "The command that prints the declared schema did not end in time, and was ended.",
    next: 'Run it by itself; if it needs longer: declared: { command: "...", timeout: "10min" }',
  },
  "SOURCE.EXTENSION": {
    summary: "The SQL needs an extension that the scratch server does not have.",
    next: "Set SCRATCH_URL to a server that has the extension; a database is made and dropped there.",
  },
  "SOURCE.FILE_ABSENT": {
    summary: "The file or folder of a file: source is not there, or holds no SQL.",
    next: "Check the path; it is relative to the folder that you are in.",
  },
  "SOURCE.MAJOR": {
    summary:
      "A database has the major of its server; --major is for SQL that is loaded in scratch.",
    next: "Leave --major out; to have the schema on another major: lockstep dump SOURCE > schema.sql, then lockstep fingerprint file:schema.sql --major N",
  },
  "SOURCE.STATEMENT_FAILED": {
    summary: "The server refused a statement while SQL was loaded into the scratch database.",
    next: "Correct the statement that the message shows, then run the same command again.",
  },
  "SOURCE.UNKNOWN": {
    summary: "That names no schema that lockstep can read.",
    next: "Write empty, baseline, migrations, declared, live, file:PATH, backup:PATH or a postgres:// URL.",
  },
} as const;
