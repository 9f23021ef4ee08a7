/** The codes of DEV, in the order of the alphabet. See ../codes.ts. */

export const devCodes = {
  "DEV.NOT_DEVELOPMENT": {
    summary:
      "The database is not the project's own development database, and the command changes it without asking.",
    next: "Unset DATABASE_URL and run lockstep dev start, or add --yes when the database is yours alone.",
  },
  "DEV.NOT_RUNNING": {
    summary: "The project's development database is not running.",
    next: "lockstep dev start",
  },
  "DEV.OTHER_MAJOR": {
    summary: "The development database's data was written by another major version of PostgreSQL.",
    next: "lockstep dev start --fresh   (deletes the development data), or install the old major's package",
  },
} as const;
