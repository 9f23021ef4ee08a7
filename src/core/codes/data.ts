/** The codes of DATA, in the order of the alphabet. See ../codes.ts. */

export const dataCodes = {
  "DATA.BUSY": {
    summary: "Another import is working on this database.",
    next: "Wait for it to end, then run the same command again if it did not finish.",
  },
  "DATA.COLUMN_LACKING": {
    summary: "A column that may not be null has no default, and the data has nothing for it.",
    next: "Say in a map file where its values come from.",
  },
  "DATA.COLUMN_UNKNOWN": {
    summary: "A column is named that the table does not have.",
    next: "Compare the name with the table's columns.",
  },
  "DATA.COUNTS": {
    summary: "The server took another number of rows than the export holds of a table.",
    next: "Run the same command again; when it says the same, take another export.",
  },
  "DATA.DAMAGED": {
    summary: "A file of the export is missing, was cut or was changed.",
    next: "Take another export, or load what is there at your own risk with psql.",
  },
  "DATA.DENIED": {
    summary: "The role may not read, or may not write, rows that belong to the work.",
    next: "Run it as the tables' owner, or leave tables out with --tables.",
  },
  "DATA.EXISTS": {
    summary: "There is something already where the export was to be written.",
    next: "Name a path that is free.",
  },
  "DATA.EXPRESSION": {
    summary: "An expression in SQL is not one, or is more than one.",
    next: "Write one expression over the table's columns, without a semicolon.",
  },
  "DATA.FAILED": {
    summary: "The server refused to read or to load something.",
    next: "Look at the notes; then run the same command again.",
  },
  "DATA.FILE_ABSENT": {
    summary: "A file that was named is not there, or can't be read.",
    next: "Check the path; a name that ends in .partial was cut off and can be deleted.",
  },
  "DATA.MAP_INVALID": {
    summary: "A map says something that can't be done, or is no map.",
    next: "docs/guide/data.md shows the form of a map.",
  },
  "DATA.MASK_IDLE": {
    summary: "A mask rule names no column that there is.",
    next: "Mend the name, or take the rule out: a typing mistake would leave a column in clear.",
  },
  "DATA.MASK_INVALID": {
    summary: "The file of mask rules is none, or has a rule that is not understood.",
    next: "docs/guide/data.md shows the form of the rules.",
  },
  "DATA.MASK_JOIN": {
    summary: "A column and the one that it refers to are not masked alike, so no join would hold.",
    next: "Give both the same rule, or none.",
  },
  "DATA.MASK_UNFIT": {
    summary: "A mask rule does not fit its column.",
    next: "Give the column another rule.",
  },
  "DATA.NAME_INVALID": {
    summary: "A text is no name of a table or a column, or names several.",
    next: "Write schema.table or table.column, with double quotes around what holds a dot.",
  },
  "DATA.NEWER_FORMAT": {
    summary: "The export was written by a newer lockstep, in a format that this one does not know.",
    next: "Install the lockstep that wrote it, or a later one.",
  },
  "DATA.NOT_AN_EXPORT": {
    summary: "What is to be imported was not written by lockstep data export.",
    next: "psql -X -v ON_ERROR_STOP=1 -f FILE   (loads any SQL file)",
  },
  "DATA.NOT_EMPTY": {
    summary: "A table that is to be filled has rows already.",
    next: "Say what is to become of them: --existing append, skip, update or replace.",
  },
  "DATA.NO_KEY": {
    summary: "Rows that are there can't be told from new ones: the table has no primary key.",
    next: "Use --existing append or replace, or leave the table out with --tables.",
  },
  "DATA.OTHER_IMPORT": {
    summary: "An import of another export is half done in this database.",
    next: "Run that one again, or give it up: DROP SCHEMA lockstep_import CASCADE;",
  },
  "DATA.OTHER_MAP": {
    summary: "An import that was cut off had loaded tables otherwise than the map says now.",
    next: "Give the map for them that they were loaded by, or empty the tables and load all of them anew: --existing replace",
  },
  "DATA.ROW": {
    summary: "A row does not fit into the table that it is for.",
    next: "Mend the row, map the column, or go on without such rows: --on-error skip or file.",
  },
  "DATA.ROW_SECURITY": {
    summary: "Policies hide rows of a table from this role, so its rows can't be had whole.",
    next: "Use the table's owner, or a role with BYPASSRLS.",
  },
  "DATA.TABLE_ABSENT": {
    summary: "None of the tables of the export is in the database.",
    next: "lockstep deploy   (makes the tables)",
  },
  "DATA.TABLE_UNKNOWN": {
    summary: "A table is named that is not there, or whose rows are not lockstep's to read.",
    next: "Compare the name with the tables; * stands for anything.",
  },
  "DATA.TRIGGERS": {
    summary: "Triggers can't be turned off: only a table's owner may.",
    next: "Use the tables' owner, or leave --disable-triggers out.",
  },
  "DATA.WRITE_FAILED": {
    summary: "A file could not be written: the disk is full, or may not be written to.",
    next: "Make room or name another place, then run the same command again.",
  },
} as const;
