/** The codes of PREFLIGHT, in the order of the alphabet. See ../codes.ts. */

export const preflightCodes = {
  "PREFLIGHT.LOCKS": {
    summary: "A transaction would need more locks than the server has room for.",
    next: "Raise max_locks_per_transaction, or divide what runs: a baseline by --split-baseline, a file into several.",
  },
  "PREFLIGHT.PLPGSQL": {
    summary: "PL/pgSQL can't be run on the server.",
    next: "Restart the server if its program files were replaced, or create extension plpgsql.",
  },
  "PREFLIGHT.PRIVILEGE": {
    summary: "The role lacks a right that the deploy needs.",
    next: "Grant what the notes name, or deploy as another role.",
  },
  "PREFLIGHT.READ_ONLY": {
    summary: "The database takes no changes: its transactions are read only by default.",
    next: "Check default_transaction_read_only of the role and the database.",
  },
  "PREFLIGHT.STANDBY": {
    summary: "The server is a standby, which takes no changes.",
    next: "Connect to the primary.",
  },
} as const;
