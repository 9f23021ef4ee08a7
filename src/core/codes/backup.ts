/** The codes of BACKUP, in the order of the alphabet. See ../codes.ts. */

export const backupCodes = {
  "BACKUP.ABSENT": {
    summary: "There is no backup at that path, or one whose writing never ended.",
    next: "Check the path; a folder whose name ends in .partial was cut off and can be deleted.",
  },
  "BACKUP.BLOCKED": {
    summary: "A table is locked, or waited for, by somebody who changes its structure.",
    next: "Run the same command again when the other is done; lockstep unlock shows a deploy that runs.",
  },
  "BACKUP.CLIENT_ABSENT": {
    summary: "The client for S3-compatible stores is not installed, and a store is named.",
    next: "npm install @aws-sdk/client-s3   (in the project, or where lockstep is)",
  },
  "BACKUP.COMPRESSION_ABSENT": {
    summary: "This Node.js can neither write nor read the backup's compression.",
    next: "Run lockstep with Node.js 22.15 or later, which has zstd; for a new backup: --compression brotli",
  },
  "BACKUP.DAMAGED": {
    summary: "A file of the backup is missing, was cut or was changed.",
    next: "Take another backup; nothing of this one can be relied on.",
  },
  "BACKUP.DENIED": {
    summary: "The role may not read something that belongs into the backup.",
    next: "Run it as the owner of everything, or as a role with pg_read_all_data, and with BYPASSRLS where policies hide rows.",
  },
  "BACKUP.ENGINE_ABSENT": {
    summary: "PostgreSQL's own program is not there, or older than the server.",
    next: "Install PostgreSQL's clients of the server's major or a later one, or leave --engine out.",
  },
  "BACKUP.ENGINE_FAILED": {
    summary: "PostgreSQL's own program ended with an error.",
    next: "Look at the notes; then run the same command again.",
  },
  "BACKUP.EXISTS": {
    summary: "There is something already where the backup was to be written.",
    next: "Name a path that is free.",
  },
  "BACKUP.FAILED": {
    summary: "The server could not hand out something that belongs into the backup.",
    next: "Look at the notes; then run the same command again.",
  },
  "BACKUP.KEY_INVALID": {
    summary: "The key is not 32 bytes in hex or base64.",
    next: "openssl rand -hex 32   (makes one)",
  },
  "BACKUP.KEY_NEEDED": {
    summary: "The backup is encrypted and no key was given, or one of the other sort.",
    next: "Set LOCKSTEP_BACKUP_KEY, LOCKSTEP_BACKUP_KEY_FILE or LOCKSTEP_BACKUP_PASSPHRASE.",
  },
  "BACKUP.KEY_WRONG": {
    summary: "The key or the passphrase is not the one that the backup was written with.",
    next: "Give the one that was set when the backup was taken.",
  },
  "BACKUP.NEWER_FORMAT": {
    summary: "The backup was written by a newer lockstep, in a format that this one does not know.",
    next: "Install the lockstep that wrote it, or a later one.",
  },
  "BACKUP.NO_TABLE": {
    summary: "A table that was named for a backup is not in the database.",
    next: 'Write schema.table, table or schema.*, with double quotes around odd names: "Odd.name"',
  },
  "BACKUP.STORE_DENIED": {
    summary: "The store refuses the credentials, or there are none.",
    next: "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (or AWS_PROFILE), and AWS_ENDPOINT_URL_S3 for another vendor's store.",
  },
  "BACKUP.STORE_FAILED": {
    summary: "The store could not be reached, or could not do what was asked.",
    next: "Look at the message; then run the same command again.",
  },
  "BACKUP.STORE_TIMEOUT": {
    summary: "The store took too long for one request, or did not answer at all.",
    next: "Look whether the store answers from here; where the line is slow, set LOCKSTEP_STORE_TIMEOUT=10m; then run the same command again.",
  },
  "BACKUP.STORE_UNKNOWN": {
    summary: "The place for a backup is the URL of a store that lockstep does not know.",
    next: "Name a folder, or s3://BUCKET/PREFIX.",
  },
  "BACKUP.TOO_LARGE": {
    summary: "What has to be backed up before the deploy is larger than the policy lets it be.",
    next: "Set backup.maxSize in the config, or take one by hand and deploy with --backup never; or: lockstep deploy --backup always",
  },
  "BACKUP.UNENCRYPTED": {
    summary: "A key is given, and this format or engine can't encrypt.",
    next: "Leave --format and --engine out, or unset LOCKSTEP_BACKUP_KEY and LOCKSTEP_BACKUP_PASSPHRASE for this backup.",
  },
  "BACKUP.UNVERIFIED": {
    summary: "What the backup restores to is not what it was taken from.",
    next: "Look at the notes; take another backup, and report it if that one is the same.",
  },
  "BACKUP.WRITE_FAILED": {
    summary: "The backup could not be written: the disk is full, or may not be written to.",
    next: "Make room or name another place, then run the same command again.",
  },
} as const;
