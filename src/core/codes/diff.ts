/** The codes of DIFF, in the order of the alphabet. See ../codes.ts. */

export const diffCodes = {
  "DIFF.CIRCLE": {
    summary: "Changes of a plan wait for each other and none of them can be split.",
    next: "Make one of the changes by a migration of your own, then run lockstep diff again.",
  },
  "DIFF.DROPPED_COLUMN": {
    summary:
      "A view reads a column that was dropped from the result of a function, and the server has no name for it any more.",
    next: "Reading the view fails as well. Replace it where it is: CREATE OR REPLACE VIEW with NULL in place of the column, as its type; or drop it. Then run the same command again.",
  },
  "DIFF.DROPS": {
    summary: "The plan drops objects, and nobody has said that it may.",
    next: "Repeat the command with --allow-drop and the kinds that may go, or --allow-drop all.",
  },
  "DIFF.FILTER": {
    summary: "A filter chooses an object and leaves out what it needs, or fits no object at all.",
    next: "Widen --filter to the objects that the message names.",
  },
  "DIFF.INHERITED": {
    summary:
      "What a table declares itself and what comes from its parent tables is to change in a way that no statement brings about, and the table can't be made again by itself.",
    next: "Declare it as it is: what the table declares itself stays in its own CREATE TABLE (... ) INHERITS (...), and a column keeps its type as it goes to another parent. Or make the table, and those below it, again by a migration of your own: a new one, the rows copied, the old one dropped.",
  },
  "DIFF.MAJORS": {
    summary: "The two sides come from servers of different majors, whose texts do not compare.",
    next: "Load one side into a scratch database of the other's major: lockstep dump SOURCE > schema.sql, then file:schema.sql.",
  },
  "DIFF.NOT_TRIED": {
    summary:
      "The schema as it is can't be made in a scratch database, so the plan could not be proved there.",
    next: "Mend what the message names, or repeat the command with --no-prove and read the plan with care.",
  },
  "DIFF.RENAME_BOTH": {
    summary: "An object is said to be renamed, and both names are there.",
    next: "Take out the annotation, or the object that is not wanted any more.",
  },
  "DIFF.RENAME_EXCHANGE": {
    summary:
      "Comments say that objects exchange their names, and these are too much alike to see whether it was done already.",
    next: "If it was done, take the comments out. If not, write it as a migration (lockstep new) or go by way of a third name, one deploy after the other.",
  },
  "DIFF.RENAME_TAKEN": {
    summary: "The new name of a renamed object belongs to another object.",
    next: "Rename or drop the other object first, in a change of its own.",
  },
  "DIFF.RENAME_UNCLEAR": {
    summary: "An annotation of a rename does not say which object it is about, or can't be read.",
    next: "Put it on the line above the object: -- lockstep: renamed from old_name",
  },
  "DIFF.ROWS": {
    summary: "Rows of the target stand in the way of what the plan is about to do.",
    next: "Change the rows that are named, or the schema, then run the same command again.",
  },
  "DIFF.SECRET": {
    summary: "A step would have to write a secret that a catalog does not hold.",
    next: "Write where the value is to be had into the declared schema, such as OPTIONS (password 'env:NAME') or 'file:/run/secrets/name'; or make this change by hand, then run the same command again.",
  },
  "DIFF.TAKEN_OUT": {
    summary:
      "An object comes with an extension and was taken out of it, which a catalog does not hold.",
    next: "Give it back with ALTER EXTENSION ... ADD, or drop it, on the side that has it; or take it out in a migration of your own, which deploys run.",
  },
  "DIFF.TYPED": {
    summary:
      "A table made OF a type would have to be made again for the order of the type's attributes, and others hold parts of it.",
    next: "Declare new attributes behind the old ones. Or take the table from its type by a migration of your own: ALTER TABLE ... NOT OF.",
  },
  "DIFF.UNPROVED": {
    summary:
      "The plan was tried in a scratch database and did not lead where it should, or lost rows that it does not announce.",
    next: "This is a fault of lockstep: please report it with the two schemas. Until then make the named change by a migration of your own.",
  },
} as const;
