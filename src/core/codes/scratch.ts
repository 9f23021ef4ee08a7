/** The codes of SCRATCH, in the order of the alphabet. See ../codes.ts. */

export const scratchCodes = {
  "SCRATCH.CREATE_FAILED": {
    summary: "A scratch database could not be made or copied.",
    next: "Read the server's message; SCRATCH_URL names the server that is used.",
  },
  "SCRATCH.MAJOR": {
    summary: "The scratch server's major version is not the one that is needed.",
    next: "Unset SCRATCH_URL to use the embedded server, or name a server of that major.",
  },
  "SCRATCH.PUBLISHER": {
    summary: "A statement can't be tried in scratch, since it changes something at a publisher.",
    next: "Leave it out of the files and run it by hand; for a plan: --no-prove.",
  },
  "SCRATCH.SHARED_SERVER": {
    summary: "SQL that reaches beyond its database is not loaded on a server that others use.",
    next: "Unset SCRATCH_URL to use the embedded server, or take those statements out of the files.",
  },
  "SCRATCH.URL": {
    summary: "SCRATCH_URL is not a connection URL.",
    next: "Write it as postgresql://user:password@host:port/database, or unset it.",
  },
} as const;
