/**
 * Codes of findings that are no errors: what a check has to say and a command can go on after. A finding may carry an
 * error's code as well. The reference page and the type of Finding.code are made of this table.
 */
import type { ErrorCode } from "./codes.ts";

export const findingCodes = {
  "ADOPT.HISTORY_FOUND": {
    summary: "The database has no ledger, and holds the history of another tool.",
    next: "lockstep adopt",
  },
  "BACKUP.NOT_COVERED": {
    summary: "The deploy may change rows that are in no backup of it.",
    next: "Look at the reason; --backup always backs up everything, backup.maxSize in the config how much at most.",
  },
  "BACKUP.SECRET_LEFT_OUT": {
    summary: "Something can't be restored, since it needs a secret that backups don't hold.",
    next: "Make it again by hand after a restore.",
  },
  "CATALOG.AS_PRINTED": {
    summary:
      "A fingerprint was made of expressions as the server prints them; after a restore some may print otherwise, with another fingerprint.",
    next: "Have a scratch server of the same major, with the extensions that the schema needs; then the form of after a restore counts.",
  },
  "CATALOG.EXTENSION_CHANGED": {
    summary:
      "What belongs to an extension was changed apart from it, or something was hung on a relation of its; no comparison and no dump shows that.",
    next: "Keep it in a migration of your own, which deploys run; or take it back.",
  },
  "CATALOG.HIDDEN": {
    summary:
      "A part of an object can't be read by this role, such as a password of a user mapping.",
    next: "Nothing when the hidden part is of no concern; else read the catalog as a superuser.",
  },
  "CATALOG.ROLES_ASIDE": {
    summary: "Roles were not compared, since a backup holds none.",
    next: "Nothing; lockstep verify --against migrations compares them.",
  },
  "DATA.DROPPED": {
    summary: "Something of the export has no place in the database any more, and was left out.",
    next: "Nothing when it was dropped on purpose; else name its new place with --map.",
  },
  "DATA.FILTERED": {
    summary: "Rows were left out by a condition, and rows of other tables may refer to them.",
    next: "Add --sample, which keeps what belongs together, or a condition for the other tables.",
  },
  "DATA.FOREIGN_TABLE": {
    summary: "A foreign table's rows are another server's, and are not in the export.",
    next: "Export them there.",
  },
  "DATA.LARGE_OBJECTS": {
    summary: "Large objects are not in the export.",
    next: "lockstep backup   (holds them)",
  },
  "DATA.MASK_KEY": {
    summary: "Values were masked with a key that is thrown away.",
    next: "Set LOCKSTEP_MASK_KEY when two exports have to give the same values.",
  },
  "DATA.STALE_VIEW": {
    summary: "A materialized view shows the rows from before the import.",
    next: "REFRESH MATERIALIZED VIEW its name.",
  },
  "DATA.TRIGGERS_FIRE": {
    summary: "Triggers of a table fire for every row that is imported.",
    next: "Nothing when that is meant; else --disable-triggers.",
  },
  "DUMP.SECRET_LEFT_OUT": {
    summary:
      "An object has a secret, such as a user mapping's password, which a dump does not hold.",
    next: "Set it by hand after the dump is loaded.",
  },
  "PLAN.CARRIED_OUT": {
    summary: "The plan of this file was the last that was deployed, and it came to its end.",
    next: "Nothing; lockstep plan says what there is to do by now.",
  },
  "PLAN.COLUMN_ORDER": {
    summary:
      "Columns were to be put in order, and the table keeps another: it can't be made again without tables that have columns or rows in common with it.",
    next: "Nothing, when the order does not matter; else make the table again by a migration of your own.",
  },
  "PLAN.DRIFT": {
    summary:
      "The schema was changed by other hands since the declared schema was last deployed; the plan starts from what is there.",
    next: "Look at the plan: it takes back what is not declared. Declare what is meant to stay.",
  },
  "PLAN.EDIT_ALLOWED": {
    summary: "A migration was edited after it was applied, and the command allows that.",
    next: "Nothing; what the database got is the text that the ledger keeps.",
  },
  "PLAN.HEALED": {
    summary:
      "An applied migration's file differs in comments or layout only; the ledger takes the new hash.",
    next: "Nothing.",
  },
  "PLAN.MOVED_ON": {
    summary: "The project has more by now than the plan that is carried out.",
    next: "lockstep plan   (afterwards: it shows the rest)",
  },
  "PROJECT.BYTE_ORDER_MARK": {
    summary: "A file begins with a byte order mark, which is left out when it runs.",
    next: "Save the file as UTF-8 without a mark.",
  },
  "PROJECT.LOCK_CHANGED": {
    summary: "lockstep.lock has other hashes for a migration than its file.",
    next: "lockstep rebase   (when the edit is meant; else restore the file)",
  },
  "PROJECT.LOCK_GONE": {
    summary: "lockstep.lock has a line for a migration that is not there.",
    next: "Restore the file, or lockstep rebase when it was removed on purpose.",
  },
  "PROJECT.LOCK_LACKS": {
    summary: "lockstep.lock has no line for a migration.",
    next: "lockstep rebase",
  },
  "PROJECT.SHARED_VERSION": {
    summary: "Two migrations have the same version and differ in their names.",
    next: "lockstep rebase gives one of them a version of its own.",
  },
  "PROJECT.SQUASH_UNFINISHED": {
    summary:
      "A squash was cut off before it had moved every file; the project is whole all the same.",
    next: "lockstep squash --release NAME, as before",
  },
  "PROJECT.STRANGE_FILE": {
    summary:
      "A file in the migrations folder has a name that no naming pattern takes, so it never runs.",
    next: "Rename it if it is a migration; move it elsewhere if it is not.",
  },
  "RESTORE.SPELLED_ANEW": {
    summary:
      "The server's own text of an object reads otherwise after a restore; the object is the same.",
    next: "Nothing.",
  },
  "REBUILD.LATE": {
    summary: "A table's changes can't be followed, so it is copied while writers wait.",
    next: "Nothing when it is small; else give it a primary key, or leave its values as they are.",
  },
  "REBUILD.OWN_LEFT": {
    summary:
      "Rows that the project inserts have uuids as keys, of which none was in the old database: made at random they are other ones each time.",
    next: "Nothing when they are made at random; else insert those of them that are new by hand, or by a migration.",
  },
  "REBUILD.ROLE_LACKING": {
    summary: "The new server lacks a role that a setting or a right of the database names.",
    next: "Create the role there, then give it what the finding says was left out.",
  },
  "SOURCE.MADE_TWICE": {
    summary:
      "Two statements of a schema make the same relation, differently, and IF NOT EXISTS lets the server skip the one that runs later.",
    next: "Take out one of the two.",
  },
  "SOURCE.NOTHING_ALTERED": {
    summary:
      "A statement of a schema alters a relation IF EXISTS, and nothing there makes that relation, so that the statement does nothing.",
    next: "Take the statement out, or correct the name in it.",
  },
  "SQUASH.EXTERNAL": {
    summary:
      "A squashed step is not SQL and was not run in scratch: what it does is not in the baseline.",
    next: "Look whether it changes the schema or inserts rows that a new database needs; if so, add that to the baseline.",
  },
  "SQUASH.UNPROVED": {
    summary: "One way to the schema could not be replayed, so the squash is proved without it.",
    next: "Nothing, when no database began that way; else keep the schema that it began with as releases/NAME/schema.sql.",
  },
  "SQUASH.VARIABLES": {
    summary: "Squashed migrations use variables; the baseline holds the values that they have now.",
    next: "Look for the values in the baseline where targets have different ones.",
  },
  "SQUASH.VOLATILE": {
    summary:
      "Squashed migrations insert values that differ from run to run, such as now() or a random uuid.",
    next: "Look at the seed section of the baseline: a value that every database may share is right as it is.",
  },
  "VERIFY.EXCEPTION": {
    summary: "An exception of the config no longer matches anything, or its time is over.",
    next: "Take it out of exceptions in the config, unless lockstep test still needs it.",
  },
  "VERIFY.NOT_COMPARED": {
    summary:
      "The live schema's fingerprint is not the lock file's, and nothing could be found out about the reason.",
    next: "lockstep verify --against lock, where a scratch server of that major can be had.",
  },
  "VERIFY.NOT_DECLARED": {
    summary: "Something is in the target and not declared, where deploys only add.",
    next: "Nothing; or declare it, or drop it with a deploy that is not additive.",
  },
  "VERIFY.OTHER_VALUES": {
    summary: "A migration was applied with other values for its ${NAME} than are given now.",
    next: "Give the values that it was applied with; what should change is a migration of its own.",
  },
  "VERIFY.PENDING": {
    summary: "Something of the project is not applied to the database.",
    next: "lockstep deploy",
  },
} as const;

export type FindingCode = keyof typeof findingCodes | ErrorCode;
