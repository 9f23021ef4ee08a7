/**
 * Every flag, once: how its value is read, what it is for, which environment variable stands for it. Commands name
 * the flags that they take; the same flag means the same everywhere. A flag is typed in kebab case: lockTimeout is
 * --lock-timeout.
 */
import type { FlagEntry } from "./flag-entry.ts";

export const flagTable = {
  additive: {
    kind: "switch",
    doc: "Drop nothing: what is there and not declared stays.",
  },
  against: {
    kind: "text",
    value: "lock|SOURCE",
    doc: "Compare the live schema with this, object by object; lock is what the target has applied.",
  },
  allowDrop: {
    kind: "list",
    value: "KIND,...",
    doc: "What the plan may drop: table, column, view, ... or all.",
  },
  allowEdited: {
    kind: "list",
    value: "ID,...",
    doc: "Take these migrations as applied although they were changed afterwards; begun backfills go on with the new text.",
  },
  allowMissing: {
    kind: "switch",
    doc: "Go on although migrations are applied whose files are not in the project.",
  },
  allowOutOfOrder: {
    kind: "switch",
    doc: "Apply migrations that sort before one that is applied already.",
  },
  applied: {
    kind: "switch",
    doc: "Until the project's migrations are applied, not only the server up.",
  },
  appliedUpTo: {
    kind: "text",
    value: "ID|all",
    spelling: "--applied",
    doc: "The migrations up to this one are in the database already, or all of them.",
  },
  backup: {
    kind: "choice",
    choices: ["auto", "always", "never"],
    doc: "What is backed up before the first change: what the plan can harm, everything, or nothing.",
    environment: "LOCKSTEP_BACKUP",
  },
  backupTo: {
    kind: "text",
    value: "PLACE",
    doc: "Where that backup goes: a folder or s3://BUCKET/PREFIX; by default .lockstep/backups.",
    environment: "LOCKSTEP_BACKUP_TO",
  },
  backupFormat: {
    kind: "choice",
    choices: ["folder", "sql"],
    spelling: "--format",
    doc: "A folder that restore takes, or one SQL file that psql alone restores.",
  },
  base: {
    kind: "text",
    value: "REVISION",
    doc: "The revision of the others' branch; by default the remote's default branch, else main or master.",
  },
  compression: {
    kind: "choice",
    choices: ["brotli", "gzip", "zstd", "none"],
    doc: "How a backup's files are compressed; by default brotli. zstd needs Node.js 22.15 to write and to read it.",
  },
  children: {
    kind: "number",
    value: "N",
    doc: "With --sample: of each sampled row, at most so many rows of one kind that refer to it; 10 by default, 0 for none.",
  },
  columnOrder: {
    kind: "choice",
    choices: ["keep", "rebuild"],
    doc: "What becomes of a table whose columns stand in another order: it stays, or is made again with its rows.",
  },
  config: {
    kind: "text",
    value: "FILE",
    doc: "The config file, relative to the project's folder.",
    environment: "LOCKSTEP_CONFIG",
  },
  countOnly: {
    kind: "switch",
    doc: "Count the rows afterwards, and do not compare checksums of them: quicker, and finds less.",
  },
  data: { kind: "switch", doc: "A migration in TypeScript instead of SQL." },
  disableTriggers: {
    kind: "switch",
    doc: "Turn the tables' own triggers off while their rows are loaded; only a table's owner may.",
  },
  dryRun: { kind: "switch", doc: "Try it out, say what would be done, and leave nothing behind." },
  deployment: {
    kind: "text",
    value: "ID",
    doc: "What this deployment applied, which must be the newest; the beginning of its id will do.",
  },
  encoding: {
    kind: "text",
    value: "NAME",
    doc: "The database's encoding; by default the template's, which is UTF8 as a rule.",
  },
  environment: {
    kind: "text",
    value: "NAME",
    doc: "Which environment the database is, such as production; by default the target's name. Stored in the database.",
    environment: "LOCKSTEP_ENVIRONMENT",
  },
  discardNewer: {
    kind: "switch",
    doc: "Rows that were written since the backup may be lost.",
  },
  engine: {
    kind: "choice",
    choices: ["lockstep", "pg_dump"],
    doc: "Who writes it: lockstep, or PostgreSQL's own pg_dump where it is installed.",
  },
  exact: {
    kind: "switch",
    doc: "Delete rows that the backup does not hold: the table becomes what it was.",
  },
  existing: {
    kind: "choice",
    choices: ["refuse", "append", "skip", "update", "replace"],
    doc: "What becomes of rows that are there: refuse to import (the default), add to them, keep them, write over them, or empty the tables first.",
  },
  expect: {
    kind: "list",
    value: "KIND=N,...",
    doc: "How many objects of a kind there must be, such as tables=54,indexes=74.",
  },
  exitCode: { kind: "switch", doc: "End with 4 when something is lacking or does not fit." },
  filter: {
    kind: "list",
    value: "PATTERN,...",
    doc: "Only these objects: schema.name, kind:schema.name, with * for any text and ! to leave out.",
  },
  force: { kind: "switch", doc: "Do it although the command advises against it." },
  from: {
    kind: "text",
    value: "TOOL",
    doc: "Whose history the database has, by the tool's name; none for one that nobody recorded.",
  },
  helm: {
    kind: "switch",
    doc: "A hook that Helm runs before an install and an upgrade.",
  },
  historyTable: {
    kind: "text",
    value: "[SCHEMA.]TABLE",
    doc: "The table that the tool was told to keep its history in, where that is not its usual one.",
  },
  fromSource: {
    kind: "text",
    value: "SOURCE",
    spelling: "--from",
    doc: "The schema as it is.",
  },
  forget: {
    kind: "list",
    value: "ID,...",
    doc: "Take these migrations out of the ledger: they are not in the database.",
  },
  fresh: { kind: "switch", doc: "Delete the data that is there and begin anew." },
  help: { kind: "switch", short: "h", doc: "Show this help." },
  json: { kind: "switch", doc: "Print one JSON document on stdout, for errors too." },
  level: {
    kind: "choice",
    choices: ["strict", "column-order", "names", "semantic"],
    doc: "How equal is equal; each leaves more aside: nothing, the order of columns, names of indexes and the like, physical settings.",
  },
  limit: { kind: "number", value: "N", doc: "At most so many." },
  keep: { kind: "number", value: "N", doc: "The newest N backups stay." },
  keepDays: { kind: "number", value: "D", doc: "Backups of the last D days stay." },
  listen: {
    kind: "number",
    value: "PORT",
    doc: "Answer over HTTP on this port, 0 for any that is free, until it is stopped.",
  },
  live: { kind: "switch", doc: "The target as it is, as one more side." },
  locale: {
    kind: "text",
    value: "NAME",
    doc: "The database's locale, such as C.UTF-8; by default the template's.",
  },
  lockWait: {
    kind: "duration",
    value: "DURATION",
    doc: "How long another deploy is waited for; 10m by default, 0 for not at all.",
  },
  maxPause: {
    kind: "duration",
    value: "DURATION",
    doc: "How long writers may wait for the last changes, with --replicate; 10s by default.",
  },
  major: {
    kind: "number",
    value: "N",
    doc: "PostgreSQL's major version; by default the newest that is installed.",
  },
  maintenance: {
    kind: "text",
    value: "NAME",
    doc: "The database to connect to for creating and dropping; by default postgres, then template1.",
  },
  markDone: {
    kind: "list",
    value: "ID,...",
    doc: "Record these migrations as applied, without running them: they were done by hand.",
  },
  map: {
    kind: "list",
    value: "OLD=NEW|FILE,...",
    doc: "What is called otherwise now: table.column=column, table=table, nothing behind = to leave it out; or a file of such.",
  },
  mask: {
    kind: "text",
    value: "FILE",
    doc: "Rules (JSON) by which values are replaced: before they leave the server, or in the copy of test --with.",
  },
  noDown: { kind: "switch", doc: "Write no file for the way back." },
  noFingerprints: {
    kind: "switch",
    doc: "Do not replay the migrations in scratch to note the schema's fingerprint after each.",
  },
  noGrants: { kind: "switch", doc: "Leave out grants and default privileges." },
  noOwner: { kind: "switch", doc: "Leave out who owns what." },
  namespace: {
    kind: "text",
    value: "NAME",
    doc: "The Job's namespace; by default the one that it is applied in.",
  },
  noSwitch: {
    kind: "switch",
    doc: "Build and compare the new database, and leave it beside the old one.",
  },
  noProve: {
    kind: "switch",
    doc: "Do not try the plan in scratch first: quicker, and nobody knows whether it works.",
  },
  jobName: {
    kind: "text",
    value: "NAME",
    spelling: "--name",
    doc: "What the Job is called; by default lockstep-deploy.",
  },
  jobs: {
    kind: "number",
    value: "N",
    doc: "So many connections that read or load rows side by side; 2 by default.",
  },
  outBackup: {
    kind: "text",
    value: "PLACE",
    spelling: "--out",
    doc: "The folder that the backup becomes, or s3://BUCKET/PREFIX; nothing may be there yet.",
  },
  outData: {
    kind: "text",
    value: "PATH",
    spelling: "--out",
    doc: "The file (NAME.sql) or the folder to write; it must not be there yet. By default SQL on stdout.",
  },
  onError: {
    kind: "choice",
    choices: ["stop", "skip", "file"],
    doc: "A row that does not fit: stop (the default), leave it out, or leave it out and write it to PATH.rejected.jsonl.",
  },
  out: {
    kind: "text",
    value: "PATH",
    doc: "Write there instead of stdout: a file, or the folder for --split and --timestamped.",
  },
  owner: {
    kind: "text",
    value: "ROLE",
    doc: "The role that owns the database; by default the one that creates it.",
  },
  planFile: {
    kind: "text",
    value: "FILE",
    spelling: "--plan",
    doc: "Carry out this plan, of lockstep plan --out, and nothing else.",
  },
  outPlan: {
    kind: "text",
    value: "FILE",
    spelling: "--out",
    doc: "Write the plan there, for deploy --plan.",
  },
  planOnly: {
    kind: "switch",
    doc: "Show what would be done, and stop before anything is changed.",
  },
  project: {
    kind: "text",
    value: "DIR",
    doc: "The project's folder; by default the one you are in, or the nearest above with a config.",
    environment: "LOCKSTEP_PROJECT",
  },
  protect: {
    kind: "switch",
    doc: "Store in the database that drop and reset refuse it, as they refuse production.",
  },
  quiet: { kind: "switch", short: "q", doc: "Only data and errors: no progress, no summary." },
  quick: {
    kind: "switch",
    doc: "Only compare the backup's files with their hashes, and restore nothing.",
  },
  release: {
    kind: "text",
    value: "NAME",
    doc: "The release's name, such as v1.2.0; by default that of the newest migration.",
  },
  replicate: {
    kind: "switch",
    doc: "Let writers go on during the copy, and bring their changes over by logical replication.",
  },
  restorePlace: {
    kind: "text",
    value: "PLACE|latest",
    spelling: "--restore",
    doc: "Put this backup in the database's place; latest is the newest that a deploy took of the whole.",
  },
  retry: {
    kind: "text",
    value: "ID",
    doc: "Run the statement that is in doubt again: it did not happen.",
  },
  roles: {
    kind: "list",
    value: "NAME,...",
    doc: "Roles, with * for any text, that count as part of the schema with their memberships and settings, as the config's roles says it.",
  },
  sample: {
    kind: "number",
    value: "N",
    doc: "So many rows of each table that refers to no other, and what belongs to them.",
  },
  secret: {
    kind: "text",
    value: "NAME/KEY",
    doc: "The Secret that holds the database's URL, and the key in it; by default the Job's name with -database, and url.",
  },
  seed: {
    kind: "switch",
    doc: "Run the seeds afterwards.",
  },
  sequential: { kind: "switch", doc: "Number it: one more than the last, 001 to begin with." },
  set: {
    kind: "pairs",
    value: "NAME=VALUE",
    doc: "A value for ${NAME} and :NAME in SQL; may be repeated.",
  },
  splitBaseline: {
    kind: "switch",
    doc: "Load a large baseline in several transactions; a failure then leaves it half loaded, to be gone on with.",
  },
  split: { kind: "switch", doc: "One file per object, in the folder of --out." },
  sql: { kind: "switch", doc: "Print the plan as SQL that psql runs." },
  statementDone: {
    kind: "text",
    value: "ID",
    doc: "Go on behind the statement that is in doubt: it did happen.",
  },
  steps: { kind: "number", value: "N", doc: "So many migrations, the newest first; 1 by default." },
  squash: { kind: "switch", doc: "Squash the migrations of the release as well." },
  strict: {
    kind: "switch",
    doc: "Fail when something can't be seen or is not part of the comparison.",
  },
  switch: {
    kind: "switch",
    doc: "Restore beside the target and exchange the names at the end; the old database stays under another name.",
  },
  tables: {
    kind: "list",
    value: "TABLE,...",
    doc: "Only these: schema.table, table, schema.*, with double quotes around odd names.",
  },
  tag: { kind: "switch", doc: "Set the git tag schema-NAME, once everything is committed." },
  target: {
    kind: "text",
    value: "NAME",
    doc: "A target of the config; by default the one that the environment describes.",
    environment: "LOCKSTEP_TARGET",
  },
  targets: {
    kind: "list",
    value: "NAME,...",
    doc: "Targets of the config that are looked at, or all.",
  },
  template: {
    kind: "text",
    value: "DATABASE",
    doc: "The database that is copied; by default template1, or template0 with --encoding or --locale.",
  },
  timeout: {
    kind: "duration",
    value: "DURATION",
    doc: "Give up after this long, such as 30s or 5m.",
  },
  timestamp: { kind: "switch", doc: "Begin its name with the date and time, in UTC." },
  timestamped: {
    kind: "switch",
    doc: "Write schema_export_YYYYMMDD_HHMMSS.sql, and the same as latest_schema.sql.",
  },
  toSource: {
    kind: "text",
    value: "SOURCE",
    spelling: "--to",
    doc: "The schema as it is to be.",
  },
  to: { kind: "text", value: "ID", doc: "No further than this migration." },
  toServer: {
    kind: "text",
    value: "URL",
    spelling: "--to",
    doc: "Another server, and what the database is to be called there; it must not be there yet.",
  },
  toUrl: {
    kind: "text",
    value: "URL",
    spelling: "--to",
    doc: "The empty database to restore into; by default the target.",
  },
  url: {
    kind: "text",
    value: "URL",
    doc: "The database's URL, instead of DATABASE_URL or a target. Mind the shell's history: a password is better off in DATABASE_URL.",
  },
  verify: {
    kind: "choice",
    choices: ["always", "after", "never"],
    doc: "Whether the live schema is held against lockstep.lock: after a change (the default), always, or never.",
  },
  verbose: { kind: "switch", doc: "Say more while working; stack traces for bugs." },
  where: {
    kind: "pairs",
    value: "NAME=VALUE",
    doc: "TABLE=CONDITION: of that table only the rows for which the SQL is true; may be repeated.",
  },
  write: { kind: "switch", doc: "Write what was found into lockstep.lock." },
  withSource: {
    kind: "text",
    value: "PLACE|URL",
    spelling: "--with",
    doc: "Only run the pending migrations, timed, on a copy of this backup's or this database's data.",
  },
  yes: { kind: "switch", short: "y", doc: "Answer yes to what would be asked." },
} as const;

export type FlagName = keyof typeof flagTable;

/** What every command takes besides its own. */
export const commonFlags: readonly FlagName[] = ["project", "json", "quiet", "verbose", "help"];

/** For commands that talk to the target: `flags: ["steps", ...targetFlags]`. */
export const targetFlags: readonly FlagName[] = ["target", "url", "config"];

export type FlagValues = {
  readonly [Name in FlagName]?: ValueOf<(typeof flagTable)[Name]> | undefined;
};

type ValueOf<Entry extends FlagEntry> = Entry extends { readonly choices: infer Choices }
  ? Choices extends readonly (infer Choice)[]
    ? Choice
    : never
  : {
      readonly switch: boolean;
      readonly text: string;
      readonly list: readonly string[];
      readonly number: number;
      /** Milliseconds. */
      readonly duration: number;
      readonly pairs: Readonly<Record<string, string>>;
      readonly choice: string;
    }[Entry["kind"]];

/** `--lock-timeout` of `lockTimeout`. */
export function flagSpelling(name: string): string {
  const entry: FlagEntry | undefined = isFlagName(name) ? flagTable[name] : undefined;
  if (entry?.spelling !== undefined) return entry.spelling;
  return `--${name.replaceAll(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`)}`;
}

function isFlagName(name: string): name is FlagName {
  return Object.hasOwn(flagTable, name);
}

export function flagEntry(name: FlagName): FlagEntry {
  return flagTable[name];
}
