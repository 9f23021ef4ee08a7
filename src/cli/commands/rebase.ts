/** `lockstep rebase`: two branches both added migrations; mine go behind theirs. */
import { filesAt, usualBase } from "../../adapters/node/git.ts";
import { readProject } from "../../adapters/node/project.ts";
import type { Parts } from "../../compose.ts";
import { LockstepError } from "../../core/errors.ts";
import { nearest } from "../../core/nearest.ts";
import { noteFingerprints, type NoteReport } from "../../deploy/note-fingerprints.ts";
import { rebase, type RebaseReport } from "../../deploy/rebase.ts";
import { appliedIds } from "../../deploy/steps/applied-ids.ts";
import type { Project } from "../../project/project.ts";
import { provePortsOf } from "../../prove-ports.ts";
import type { Command, CommandContext } from "../command.ts";
import { partsOf } from "../compose.ts";

export const rebaseCommand: Command = {
  name: "rebase",
  summary: "Put my migrations behind those of another branch",
  description:
    "When two branches both added migrations, lockstep.lock conflicts in git, on purpose. Merge or rebase, keep the " +
    "migration files of both, and run this: migrations that only your branch has get later versions, with their " +
    "way back, and lockstep.lock is written for what is there. Without anything to move it brings the lock file up " +
    "to date.\n\n" +
    "Which migrations are yours is asked of git: those that the other branch (--base, by default the remote's " +
    "default branch) does not have. Naming them does without git.\n\n" +
    "A migration that a database has must keep its name: with --target or --url, those that the target has applied " +
    "are refused. Touches no database.",
  positionals: [
    {
      name: "MIGRATION",
      doc: "Migrations that are mine, by id; without them git is asked.",
      count: "many",
    },
  ],
  flags: ["base", "noFingerprints", "set", "target", "url", "config"],
  examples: [
    { line: "lockstep rebase", doc: "After git merge main, or git rebase main." },
    {
      line: "lockstep rebase --base origin/develop --target staging",
      doc: "Another branch; and look at staging.",
    },
  ],
  run: async (context) => {
    const parts = partsOf(context);
    const { files } = parts;
    const project = await readProject({ files, config: await parts.config(), isTolerant: true });
    const mine = await findMine(context, parts, project);
    const isTargetGiven = context.flags.target !== undefined || context.flags.url !== undefined;
    const applied = isTargetGiven
      ? await appliedIds((await parts.target()).database, project.config.scope)
      : new Set<string>();
    const report = await rebase({ files, project, mine, applied, now: new Date() });
    const noted = await noteAfter(context, parts, report);
    const isLockWritten = report.isLockWritten || noted?.isLockWritten === true;
    const whole = { ...report, isLockWritten };
    return {
      json: { ...whole, fingerprints: noted },
      text: describe(whole),
      talk: noted === undefined ? "" : lackingLine(noted),
    };
  },
};

/** Of the files as they are called now. Undefined: nobody looked. */
async function noteAfter(
  context: CommandContext,
  parts: Parts,
  { isLockWritten }: RebaseReport,
): Promise<NoteReport | undefined> {
  const { flags, signal, progress, workingFolder } = context;
  if (flags.noFingerprints === true) return undefined;
  const config = await parts.config();
  const project = await readProject({
    files: parts.files,
    config,
    isTolerant: true,
    withArchive: true,
  });
  if (project.lock === undefined && !isLockWritten) return undefined;
  const ports = await provePortsOf({ parts, workingFolder, progress });
  return await noteFingerprints(ports, { project, signal });
}

function lackingLine({ lacking, reason }: NoteReport): string {
  const [first] = lacking;
  if (first === undefined) return "";
  const more = lacking.length > 1 ? ` and ${lacking.length - 1} more` : "";
  const why = reason === undefined ? "" : `: ${reason}`;
  return `no fingerprint after ${first}${more}${why}\nlockstep test --write notes it once that is mended\n`;
}

async function findMine(
  context: CommandContext,
  parts: Parts,
  project: Project,
): Promise<ReadonlySet<string>> {
  if (context.positionals.length > 0) return named(context.positionals, project);
  const folder = parts.projectFolder;
  const base = context.flags.base ?? (await usualBase(folder));
  if (base === undefined) return needsNoBase(project);
  const theirs = await filesAt(folder, base);
  if (theirs === undefined) {
    throw new LockstepError("USAGE.INVALID", `git knows no revision ${base}`, {
      next: "lockstep rebase --base REVISION, or name your migrations: lockstep rebase MIGRATION...",
    });
  }
  context.note(`migrations that ${base} does not have are taken as yours`);
  const own = project.migrations.filter(({ path }) => !theirs.has(path));
  return new Set(own.map(({ id }) => id));
}

function named(ids: readonly string[], project: Project): ReadonlySet<string> {
  const known = new Set(project.migrations.map(({ id }) => id));
  for (const id of ids) {
    if (known.has(id)) continue;
    const guess = nearest(id, known);
    throw new LockstepError(
      "USAGE.INVALID",
      `there is no migration ${id}` + (guess === undefined ? "" : `; did you mean ${guess}?`),
    );
  }
  return new Set(ids);
}

/** Without another branch nothing can move; the lock file can still be brought up to date. */
function needsNoBase(project: Project): ReadonlySet<string> {
  const orders = project.migrations.map(({ order }) => `${order.kind} ${order.parts.join(".")}`);
  if (new Set(orders).size === orders.length) return new Set();
  throw new LockstepError("USAGE.INVALID", "nothing says which of the migrations are yours", {
    next: "lockstep rebase --base REVISION, or name your migrations: lockstep rebase MIGRATION...",
  });
}

function describe({ moved, isLockWritten }: RebaseReport): string {
  const lines = moved.map(({ from, to }) => `${from} -> ${to}`);
  if (isLockWritten) lines.push("lockstep.lock written");
  return lines.length === 0 ? "in order: nothing to move\n" : `${lines.join("\n")}\n`;
}
