/** The codes of DATABASE, in the order of the alphabet. See ../codes.ts. */

export const databaseCodes = {
  "DATABASE.DENIED": {
    summary: "The role may not create or drop the database.",
    next: "Use a role with CREATEDB that owns the database, or a superuser.",
  },
  "DATABASE.ENVIRONMENT": {
    summary: "The database says that it is another environment than the command says.",
    next: "Check --target, --url and LOCKSTEP_ENVIRONMENT.",
  },
  "DATABASE.FAILED": {
    summary: "The server refused to create or to drop the database.",
    next: "See what the server says, then run the same command again.",
  },
  "DATABASE.IN_USE": {
    summary:
      "Others are connected to the database, or something in it keeps it from being dropped.",
    next: "Wait for them, or end their sessions with --force.",
  },
  "DATABASE.NAME": {
    summary: "The database's name is not one that the server can have.",
    next: "Correct the name in the URL.",
  },
  "DATABASE.PROTECTED": {
    summary: "The database is protected: drop and reset refuse it.",
    next: "Nothing, unless it is the wrong database after all; docs/guide/databases.md has the way out.",
  },
} as const;
