/** The codes of DIFF, in the order of the alphabet. See ../codes.ts. */

export const diffCodes = {
  "DIFF.CIRCLE": {
    summary: "Changes of a plan wait for each other and none of them can be split.",
    next: "Make one of the changes by a migration of your own, then run lockstep diff again.",
  },
  "DIFF.DROPS": {
    summary: "The plan drops objects, and nobody has said that it may.",
    next: "Repeat the command with --allow-drop and the kinds that may go, or --allow-drop all.",
  },
  "DIFF.MAJORS": {
    summary: "The two sides come from servers of different majors, whose texts do not compare.",
    next: "Load one side into a scratch database of the other's major: file:PATH and backup:PATH do that.",
  },
  "DIFF.SECRET": {
    summary: "A step would have to write a secret that a catalog does not hold.",
    next: "Make this change by hand, with the secret, then run the same command again.",
  },
} as const;
