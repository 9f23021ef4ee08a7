/** The codes of SQL, in the order of the alphabet. See ../codes.ts. */

export const sqlCodes = {
  "SQL.COPY_TRAILING": {
    summary:
      "Text stands behind COPY ... FROM stdin on its line, where the data begins on the next.",
    next: "Move what follows the semicolon behind the line \\. that ends the data.",
  },
  "SQL.COPY_UNTERMINATED": {
    summary:
      "The data of COPY ... FROM stdin has no line \\. that ends it, so it reaches to the end of the file.",
    next: "End the data with a line that holds \\. and nothing else.",
  },
  "SQL.IDENTIFIER_COLLISION": {
    summary: "Two names are the same once the server has cut them to 63 bytes.",
    next: "Give one of them a shorter name of its own.",
  },
  "SQL.IDENTIFIER_LONG": {
    summary: "A name is longer than 63 bytes, so the server cuts it.",
    next: "Write the name as the server cuts it, or choose a shorter one.",
  },
  "SQL.INVISIBLE_CHARACTER": {
    summary:
      "A character that nobody sees (a no-break space, a zero-width space, a byte order mark) stands in the code.",
    next: "Delete it, or put an ordinary space in its place.",
  },
  "SQL.PSQL_ARGUMENTS": {
    summary: "A psql command lacks an argument, has one too many or one that is not understood.",
    next: "See docs/reference/psql.md for the command's form.",
  },
  "SQL.PSQL_CONDITION": {
    summary:
      "\\if, \\elif, \\else and \\endif do not fit together, or the condition is neither true nor false.",
    next: "Close each \\if with one \\endif in the same file, and give it a boolean.",
  },
  "SQL.PSQL_DATABASE": {
    summary: "\\connect names another database, server or role than the one that is deployed to.",
    next: "Remove the \\connect; what belongs to another database belongs into a project of its own.",
  },
  "SQL.PSQL_INCLUDE": {
    summary:
      "\\i, \\ir or \\copy names a file outside the project, or files include each other in a circle.",
    next: "Put the file into the project and name it relative to the project or to the including file.",
  },
  "SQL.PSQL_INSIDE_STATEMENT": {
    summary: "A psql command stands in the middle of a statement.",
    next: "End the statement with a semicolon first, or choose between two whole statements with \\if.",
  },
  "SQL.PSQL_REFUSED": {
    summary:
      "A psql command starts a program, writes a file or waits for a person, which a deploy never does.",
    next: "Remove the command; docs/reference/psql.md lists what is understood.",
  },
  "SQL.PSQL_RESULT": {
    summary: "The query of a \\gset did not answer with exactly one row.",
    next: "Make the query answer with one row, or put an aggregate around it.",
  },
  "SQL.PSQL_UNKNOWN": {
    summary: "A backslash command is none of those that lockstep understands.",
    next: "Remove the command; docs/reference/psql.md lists what is understood.",
  },
  "SQL.STANDARD_STRINGS_OFF": {
    summary:
      "The file turns standard_conforming_strings off, and a string holds a backslash, which then changes where it ends.",
    next: "Write the strings that need backslashes as E'...' and remove the setting.",
  },
  "SQL.SYNTAX": {
    summary: "A statement is not valid SQL.",
    next: "Correct the statement at the place that is named.",
  },
  "SQL.UNQUOTABLE": {
    summary: "A name or a value holds what SQL text cannot: the character NUL, or nothing at all.",
    next: "Correct the name or the value where it is defined.",
  },
  "SQL.VARIABLE_INVALID": {
    summary: "A variable's name or its value does not fit the place where it is used.",
    next: "Quote the place ('${name}' or \"${name}\"), or give a plain name or number.",
  },
  "SQL.VARIABLE_UNKNOWN": {
    summary: "A file uses a variable that nothing sets.",
    next: "Set it with --set NAME=VALUE or under variables in the config.",
  },
} as const;
