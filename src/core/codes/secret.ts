/** The codes of SECRET, in the order of the alphabet. See ../codes.ts. */

export const secretCodes = {
  "SECRET.FORM": {
    summary:
      "A reference to a secret stands in SQL in a form in which its value can't be put in its place.",
    next: "Write it as a plain string, such as OPTIONS (password 'env:NAME'), in a statement of its own.",
  },
  "SECRET.UNSET": {
    summary:
      "SQL refers to a secret by env:NAME or file:PATH, and there is no such variable or no such file.",
    next: "Set the variable, or provide the file, then run the same command again.",
  },
} as const;
