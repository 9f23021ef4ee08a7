/**
 * What people type who come from other tools, and what does here what they want. Consulted only for words that are no
 * commands and flags that a command does not have; nothing is run in their place.
 */
import type { FlagName } from "./flags.ts";

export interface Instead {
  /** The line to type; several where it depends on what is meant. */
  readonly next: string;
  /** What it does, as the end of a sentence that begins with the line. */
  readonly does: string;
}

const deploys: Instead = { next: "lockstep deploy", does: "applies what is pending" };
const goesBack: Instead = { next: "lockstep rollback", does: "takes the last migration back" };
const shows: Instead = {
  next: "lockstep status",
  does: "shows what is applied and what is pending",
};
const beginsAnew: Instead = {
  next: "lockstep reset",
  does: "drops the database, makes it again and deploys",
};
const compares: Instead = { next: "lockstep verify", does: "compares the ledger with the files" };
const previews: Instead = {
  next: "lockstep plan",
  does: "shows what a deploy would run, and changes nothing",
};
const records: Instead = {
  next: "lockstep adopt --from none --applied ID|all",
  does: "records what the database has already",
};
const writes: Instead = {
  next: "lockstep new NAME\nlockstep diff NAME   (from the declared schema)",
  does: "makes a migration",
};
const reads: Instead = { next: "lockstep dump live", does: "writes the schema as SQL" };

/** By one word, or two. */
export const otherCommands: Readonly<Record<string, Instead>> = {
  ...{ up: deploys, migrate: deploys, apply: deploys, push: deploys, update: deploys },
  ...{ upgrade: deploys, latest: deploys, run: deploys, "db push": deploys, "db migrate": deploys },
  ...{ down: goesBack, undo: goesBack, revert: goesBack, downgrade: goesBack },
  "migrate down": goesBack,
  ...{ info: shows, list: shows, ls: shows, show: shows, pending: shows, current: shows },
  "migrate status": shows,
  log: { next: "lockstep history", does: "shows what was deployed when, and by whom" },
  ...{ validate: compares, check: compares, doctor: compares },
  ...{ baseline: records, stamp: records, fake: records, resolve: records },
  "migrate resolve": records,
  ...{ generate: writes, make: writes, revision: writes, add: writes, "migrate dev": writes },
  ...{ clean: beginsAnew, fresh: beginsAnew, refresh: beginsAnew, "migrate reset": beginsAnew },
  ...{ pull: reads, introspect: reads, inspect: reads, snapshot: reads, "db pull": reads },
  ...{ preview: previews, "dry-run": previews, dryrun: previews },
  "migrate diff": { next: "lockstep diff", does: "shows how two schemas differ" },
  ...{ start: { next: "lockstep dev start", does: "starts the development database" } },
  lint: {
    next: "lockstep plan",
    does: "shows what a deploy would run, with what is dangerous in it",
  },
};

interface OtherFlag extends Instead {
  readonly flags: readonly string[];
  /** Undefined: all that have the flag that is offered. */
  readonly commands?: readonly string[];
  readonly offers?: FlagName;
}

export const otherFlags: readonly OtherFlag[] = [
  {
    flags: [
      "--dry-run",
      "--dry",
      "--dryrun",
      "-n",
      "--what-if",
      "--preview",
      "--show-sql",
      "--sql",
    ],
    commands: ["deploy"],
    ...previews,
  },
  {
    flags: ["--dry-run", "--dry", "--dryrun", "-n", "--what-if", "--preview"],
    commands: ["rollback"],
    next: "lockstep rollback",
    does: "says what would be lost and asks before anything is changed",
  },
  {
    flags: ["--dry", "--dryrun", "-n", "--plan-only"],
    commands: ["rebuild", "squash"],
    next: "lockstep COMMAND --dry-run",
    does: "shows what it would do, and changes nothing",
  },
  {
    flags: ["--dry-run", "--dry", "--dryrun", "-n"],
    commands: ["restore"],
    next: "lockstep restore BACKUP --tables NAMES --plan-only",
    does: "shows what would change, and changes nothing",
  },
  { flags: ["--pending", "--applied", "--all"], commands: ["status"], ...shows },
  {
    flags: ["--check", "--check-pending"],
    commands: ["status", "deploy"],
    next: "lockstep status --exit-code",
    does: "ends with 4 when something is pending",
  },
  {
    flags: ["--fake", "--mark-applied", "--baseline-on-migrate"],
    commands: ["deploy"],
    ...records,
  },
  {
    flags: ["--count", "--step", "--limit", "-c"],
    commands: ["rollback"],
    next: "lockstep rollback --steps N",
    does: "takes so many migrations back",
  },
  {
    flags: ["--version", "--to-version", "--until", "--upto"],
    commands: ["deploy", "plan", "rollback"],
    next: "lockstep COMMAND --to ID",
    does: "stops there",
  },
  {
    flags: ["--env", "-e", "--environment"],
    offers: "target",
    next: "lockstep COMMAND --target NAME",
    does: "takes a target of the config",
  },
  {
    flags: ["--database-url", "--database", "--db", "--dsn", "--conn", "--connection", "-u", "-d"],
    offers: "url",
    next: "lockstep COMMAND --url postgres://USER@HOST/DATABASE",
    does: "names the database",
  },
  {
    flags: ["--migrations-dir", "--dir", "--path", "--source", "-p", "-m"],
    offers: "project",
    next: "lockstep COMMAND --project FOLDER",
    does: "names the project's folder; the config says where in it the migrations lie",
  },
];

export function insteadOfCommand(words: readonly string[]): Instead | undefined {
  return [words.join(" "), words[0] ?? ""]
    .map((word) => word.toLowerCase())
    .filter((word) => Object.hasOwn(otherCommands, word))
    .map((word) => otherCommands[word])[0];
}

export function insteadOfFlag(
  command: string,
  typed: string,
  names: readonly FlagName[],
): Instead | undefined {
  const found = otherFlags.find(
    ({ flags, commands, offers }) =>
      flags.includes(typed.toLowerCase()) &&
      (commands?.includes(command) ?? true) &&
      (offers === undefined || names.includes(offers)),
  );
  if (found === undefined) return undefined;
  return { next: found.next.replace("COMMAND", command), does: found.does };
}

/** `lockstep deploy applies what is pending`, from the first of its lines. */
export function sentenceOf({ next, does }: Instead): string {
  return `${next.split("\n")[0] ?? ""} ${does}`;
}
