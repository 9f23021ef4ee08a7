/** The codes of REBUILD, in the order of the alphabet. See ../codes.ts. */

export const rebuildCodes = {
  "REBUILD.BEHIND": {
    summary:
      "The changes come as fast as they can be made again, so the new database never catches up.",
    next: "Run it when less is written, give writers a longer wait with --max-pause, or leave --replicate out.",
  },
  "REBUILD.BUSY": {
    summary: "Another rebuild of this database is at work.",
    next: "Wait for it to end.",
  },
  "REBUILD.DENIED": {
    summary:
      "The role may not do what a rebuild needs: create databases, rename this one, or lock its tables.",
    next: "Use the database's owner with CREATEDB, or a superuser.",
  },
  "REBUILD.DIFFERS": {
    summary: "What is in the new database is not what is in the old one.",
    next: "Look at the notes. The old database is as it was; the command can be run again.",
  },
  "REBUILD.DROPS": {
    summary: "The new schema has no place for rows, or for values, that the old one has.",
    next: "Say with --map where they go, or with --allow-drop table,column that they may go.",
  },
  "REBUILD.FAILED": {
    summary: "The server refused a step of the rebuild.",
    next: "Mend the cause that the notes name, then run the same command again: it begins anew.",
  },
  "REBUILD.FENCE_LOST": {
    summary:
      "Something changed that the copy does not have: the locks that kept writers away are lost, or the structure was changed meanwhile.",
    next: "Run the same command again: it begins anew.",
  },
  "REBUILD.FENCE_TIMEOUT": {
    summary:
      "The tables could not be locked against writers: a transaction holds on to one of them.",
    next: "End the transaction that the notes name, or give more time with --timeout.",
  },
  "REBUILD.LARGE_OBJECTS": {
    summary:
      "The database has large objects, and the role may not read them or keep their writers away.",
    next: "Use a superuser, or move them into a bytea column.",
  },
  "REBUILD.NAME_TAKEN": {
    summary: "A database has the name that the rebuild needs for one of its own.",
    next: "Rename or drop that database.",
  },
  "REBUILD.NOTHING": {
    summary: "The database holds nothing that could be rebuilt.",
    next: "lockstep deploy",
  },
  "REBUILD.PREPARED": {
    summary:
      "The database has prepared transactions, which belong to it and can't be carried over.",
    next: "COMMIT PREPARED or ROLLBACK PREPARED what pg_prepared_xacts shows.",
  },
  "REBUILD.REPLICATION": {
    summary: "The server can't tell the changes that a rebuild with --replicate follows.",
    next: "Set wal_level to logical, and leave a slot (max_replication_slots) and a sender (max_wal_senders) free, or leave --replicate out.",
  },
  "REBUILD.SESSIONS": {
    summary: "Sessions in the old database could not be ended, so it could not be renamed.",
    next: "End what the notes name, or use a role that may: a superuser, or one with pg_signal_backend.",
  },
} as const;
