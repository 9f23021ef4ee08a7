/** The codes of USAGE, in the order of the alphabet. See ../codes.ts. */

export const usageCodes = {
  "USAGE.DECLINED": {
    summary: "A question was answered with no.",
    next: "Nothing; run the command again to be asked again.",
  },
  "USAGE.INTERRUPTED": {
    summary: "It was told to stop (Ctrl-C, SIGTERM, an AbortSignal) before it was done.",
    next: "Run the same command again: it carries on.",
  },
  "USAGE.INVALID": {
    summary: "A flag is unknown, lacks its value, or does not go with the others.",
    next: "lockstep COMMAND --help",
  },
  "USAGE.NO_COMMAND": {
    summary: "The command line names no command.",
    next: "lockstep --help",
  },
  "USAGE.NO_TERMINAL": {
    summary: "The command has to ask, and nobody is there to answer.",
    next: "Give the answer as a flag; the message names it.",
  },
  "USAGE.OUTPUT_FAILED": {
    summary: "Standard output takes no more: the disk that it goes to is full, say.",
    next: "Make room where the output goes, and throw away what is there of it; then ask for it again.",
  },
  "USAGE.UNKNOWN_COMMAND": {
    summary: "The command line names a command that does not exist.",
    next: "lockstep --help",
  },
} as const;
