/** The codes of SQUASH, in the order of the alphabet. See ../codes.ts. */

export const squashCodes = {
  "SQUASH.AHEAD": {
    summary: "A target does not have every migration that is to be squashed.",
    next: "lockstep deploy there first, or squash up to what it has: leave --to out",
  },
  "SQUASH.BASELINE_FILES": {
    summary: "The baseline has to be written anew, and it is made of several files.",
    next: "Name one file as the baseline in the config, and run the command again.",
  },
  "SQUASH.BEHIND": {
    summary: "The baseline includes migrations that come after the line of the squash.",
    next: "Squash at least up to what the baseline includes.",
  },
  "SQUASH.CONFIG_INCLUDES": {
    summary:
      "The config says what the baseline includes, and after the squash that would be wrong.",
    next: "Take includes out of the config's baseline: the file's header says it.",
  },
  "SQUASH.DIFFERS": {
    summary: "Two ways to the schema end in different schemas, so no baseline can stand for both.",
    next: "lockstep test   (shows each difference; correct it, then squash)",
  },
  "SQUASH.NOTHING": {
    summary: "There is no migration that could be squashed.",
    next: "lockstep status",
  },
  "SQUASH.RELEASE_TAKEN": {
    summary: "The archive has a release of this name already, with other migrations.",
    next: "Choose another name: lockstep squash --release NAME",
  },
  "SQUASH.ROWS_DIFFER": {
    summary: "Two ways to the schema leave different rows in a table.",
    next: "Bring the rows of the baseline and of the migrations together, then squash.",
  },
  "SQUASH.STALE": {
    summary: "A target has migrations that this checkout does not have.",
    next: "Check out what was deployed there (git pull), and run the command again.",
  },
  "SQUASH.UNPORTABLE": {
    summary: "A migration reads another file by a path that would be wrong in the archive.",
    next: "Write the text of that file into the migration, or name it by a path from the project's folder.",
  },
} as const;
