/** The codes of LOCK, in the order of the alphabet. See ../codes.ts. */

export const lockCodes = {
  "LOCK.BUSY": {
    summary: "Another deploy holds the lock, and the time to wait for it is over.",
    next: "Wait for the other deploy; lockstep unlock shows who it is.",
  },
  "LOCK.DENIED": {
    summary: "The lock's holder could not be ended: the role lacks the right.",
    next: "Run lockstep unlock --force as the holder's role or with pg_signal_backend.",
  },
  "LOCK.LEASE_LOST": {
    summary: "The lease ran out or went to another deploy, so this one may change nothing more.",
    next: "lockstep deploy",
  },
  "LOCK.LOST": {
    summary: "The session that holds the deploy lock was lost, so the deploy stopped.",
    next: "lockstep deploy",
  },
} as const;
