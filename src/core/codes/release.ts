/** The codes of RELEASE, in the order of the alphabet. See ../codes.ts. */

export const releaseCodes = {
  "RELEASE.NOTHING": {
    summary: "There is no migration since the last release.",
    next: "lockstep status",
  },
  "RELEASE.TAG_TAKEN": {
    summary: "The release's git tag is at another commit.",
    next: "Choose another name, or move the tag by hand when it was never published: git tag --force schema-NAME",
  },
  "RELEASE.UNCOMMITTED": {
    summary: "A tag would point to a commit that does not have the release's files.",
    next: "git add and git commit them, then run the same command again.",
  },
} as const;
