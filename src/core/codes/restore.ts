/** The codes of RESTORE, in the order of the alphabet. See ../codes.ts. */

export const restoreCodes = {
  "RESTORE.BUSY": {
    summary: "Another restore is working on this database.",
    next: "Wait for it to end, then run the same command again if it did not finish.",
  },
  "RESTORE.COUNTS": {
    summary: "A table has not as many rows after the restore as the backup holds of it.",
    next: "Find out who else writes to the database; then restore into a new one.",
  },
  "RESTORE.ENCODING": {
    summary: "The backup's text has no known encoding, and the database's has one.",
    next: "createdb --encoding SQL_ASCII --template template0 NAME, then restore into that.",
  },
  "RESTORE.FAILED": {
    summary: "The server refused a statement or a row of the restore.",
    next: "Mend the cause that the notes name, then run the same command again: it goes on where it stopped.",
  },
  "RESTORE.HOOK_FAILED": {
    summary: "A hook of the config failed, could not begin or took too long.",
    next: "Mend what the hook does, then run the same command again: where the backup is in place, it goes on with the hooks.",
  },
  "RESTORE.NEWER_DATA": {
    summary: "Rows were written since the backup, and a restore would lose them.",
    next: "Save them (lockstep backup --tables), or say that they may go: --discard-newer",
  },
  "RESTORE.NEWER_LEDGER": {
    summary: "The backup holds a ledger that this lockstep is too old for.",
    next: "Install the lockstep that wrote it, or a later one.",
  },
  "RESTORE.NOT_EMPTY": {
    summary: "The database that is to be restored into has objects of its own.",
    next: "Make a new one: createdb NAME, or lockstep create --url URL",
  },
  "RESTORE.NOT_SWITCHED": {
    summary: "The restored database is complete, and the names could not be exchanged.",
    next: "Mend the cause that the message names, then run the same command again: it only switches.",
  },
  "RESTORE.NO_KEY": {
    summary: "A table that rows are to be put back into has no key that tells them apart.",
    next: "Add a primary key, empty the table first, or restore the whole backup beside it: --switch",
  },
  "RESTORE.NO_RECEIPT": {
    summary: "The ledger has no receipt of a backup that a database could be made of.",
    next: "Name the backup: lockstep rollback --restore PLACE",
  },
  "RESTORE.NO_TABLE": {
    summary:
      "A table that rows are to be put back into is not in the backup, or not in the database.",
    next: 'Write schema.table, table or schema.*, with double quotes around odd names: "Odd.name"',
  },
  "RESTORE.OLDER_SERVER": {
    summary: "The backup was taken from a newer major of PostgreSQL than the target's.",
    next: "Restore into a server of the same major, or a later one.",
  },
  "RESTORE.OTHER_BACKUP": {
    summary: "Another backup's restore into this database was begun and not finished.",
    next: "Finish that one, or drop the database and make a new one.",
  },
  "RESTORE.PARTIAL": {
    summary: "The backup holds the rows of some tables alone, so no database can be made of it.",
    next: "lockstep restore PATH --tables TABLE,... puts its rows back into the database that has the tables.",
  },
  "RESTORE.ROLES": {
    summary: "Roles that own objects or have rights in the backup are not on the server.",
    next: "Create them with CREATE ROLE, then run the same command again.",
  },
  "RESTORE.SCHEMA_DIFFERS": {
    summary: "The restored database's structure is not the one that was backed up.",
    next: "Look at the notes; the data is there, and what differs is named.",
  },
} as const;
