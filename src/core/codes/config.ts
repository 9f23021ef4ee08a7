/** The codes of CONFIG, in the order of the alphabet. See ../codes.ts. */

export const configCodes = {
  "CONFIG.AMBIGUOUS": {
    summary: "More than one file or folder could be meant, and the config does not say which.",
    next: "Write the line that the message shows into lockstep.config.json.",
  },
  "CONFIG.ENV_FILE": {
    summary: ".env holds a line that is no assignment.",
    next: "Write NAME=value, one per line.",
  },
  "CONFIG.FILE_ABSENT": {
    summary: "The config file that the command line names is not there.",
    next: "Check the path behind --config.",
  },
  "CONFIG.LOAD": {
    summary: "The config file can't be read as what its name says it is.",
    next: "Correct the file at the place that is named; docs/reference/config.md has examples.",
  },
  "CONFIG.SECRET_FILE": {
    summary:
      "A variable that ends in _FILE names a file that can't be read, or stands beside the variable itself.",
    next: "Check the path and who may read it; set only one of the two variables.",
  },
  "CONFIG.SEVERAL_FILES": {
    summary: "There is more than one config file.",
    next: "Keep one of them.",
  },
  "CONFIG.TARGET_INCOMPLETE": {
    summary: "The target's address is made of variables that are not set.",
    next: "Set the variables that the message names.",
  },
  "CONFIG.TARGET_UNKNOWN": {
    summary: "The config has no target of that name.",
    next: "Use one of the names that the message lists.",
  },
  "CONFIG.UNKNOWN_KEY": {
    summary: "The config has a key that lockstep does not know.",
    next: "Remove or correct the key; docs/reference/config.md has them all.",
  },
  "CONFIG.VALUE": {
    summary: "A value in the config is not what its key takes.",
    next: "Write what the message shows.",
  },
} as const;
