/** `lockstep backup list` and `lockstep backup prune`: what lies in a place for backups, and what may go. */
import { listPlace, prunePlace } from "../../deploy/backup-list.ts";
import type { ListedBackup } from "../../deploy/steps/backup/list.ts";
import { backupPlaceOf } from "../../backup-ports.ts";
import { LockstepError } from "../../core/errors.ts";
import type { Command, CommandContext } from "../command.ts";
import { partsOf } from "../compose.ts";
import { renderTable } from "../render/human.ts";
import { counted } from "../render/counted.ts";

const place = {
  name: "PLACE",
  doc: "A folder of backups or s3://BUCKET/PREFIX; by default where deploys put theirs.",
  count: "optional",
} as const;

export const backupListCommand: Command = {
  name: "backup list",
  summary: "List the backups in a folder or store",
  description:
    "Shows the backups that lie side by side in a folder or store, the newest first: when each was taken, by which " +
    "version, whether it is encrypted, how large it is. No key is needed, and nothing is verified: lockstep backup " +
    "verify does that.",
  positionals: [place],
  flags: ["config"],
  examples: [
    { line: "lockstep backup list", doc: "Those that deploys took." },
    { line: "lockstep backup list /srv/backups --json", doc: "For a script." },
  ],
  run: async (context) => {
    const { positionals, workingFolder, style } = context;
    const parts = partsOf(context);
    const report = await listPlace(
      await backupPlaceOf(parts, { named: positionals[0], workingFolder }),
    );
    const rows = report.backups.map(rowOf);
    const table = rows.length === 0 ? "" : renderTable([...columns], rows, style);
    const broken = report.unreadable.map(
      ({ name, reason }) => `can't be read: ${name}: ${reason}\n`,
    );
    const talk = rows.length === 0 ? `no backups in ${report.place}\n` : "";
    const beside = report.backups.map(othersOf).join("");
    return { json: report, text: table, talk: talk + broken.join("") + beside + cutOff(report) };
  },
};

export const backupPruneCommand: Command = {
  name: "backup prune",
  summary: "Remove old backups from a folder or store",
  description:
    "Removes the backups that neither --keep nor --keep-days keeps: with both, what one of them keeps stays. The " +
    "newest always stays, and so does what can't be read, and a backup with somebody's own files in its folder. It asks first on a terminal, and elsewhere it needs --yes.",
  positionals: [place],
  flags: ["keep", "keepDays", "yes", "config"],
  examples: [
    { line: "lockstep backup prune --keep 10 --yes", doc: "Of those that deploys took, ten stay." },
    {
      line: "lockstep backup prune s3://backups/shop --keep-days 30",
      doc: "The last month's stay.",
    },
  ],
  run: async (context) => {
    const { positionals, workingFolder, flags } = context;
    const keep = countOf("--keep", flags.keep);
    const keepDays = countOf("--keep-days", flags.keepDays);
    if (keep === undefined && keepDays === undefined) {
      throw new LockstepError("USAGE.INVALID", "nothing says which backups stay", {
        next: "lockstep backup prune --keep 10",
      });
    }
    const parts = partsOf(context);
    const report = await prunePlace(
      await backupPlaceOf(parts, { named: positionals[0], workingFolder }),
      { keep, keepDays, now: new Date(), confirm: (gone) => ask(context, gone) },
    );
    const { removed, kept, unreadable } = report;
    const names = removed.map(({ name }) => `removed ${name}\n`).join("");
    const broken = unreadable
      .map(({ name, reason }) => `left alone: ${name}: ${reason}\n`)
      .join("");
    const beside = kept.map(othersOf).join("");
    const sum =
      kept.length + removed.length === 0
        ? `no backups in ${report.place}\n`
        : `${removed.length} removed, ${kept.length} kept in ${report.place}\n`;
    const talk = names + broken + beside + cutOff(report) + sum;
    return { json: report, text: "", talk };
  },
};

/** Somebody's own files would go with a backup, so it stays with them. */
function othersOf({ name, others }: ListedBackup): string {
  if (others.length === 0) return "";
  const held = `${others.slice(0, 3).join(", ")}${others.length > 3 ? ", ..." : ""}`;
  return `never removed while it holds what is not of it: ${name}: ${held}\n`;
}

/** A process that was killed leaves as much as it had written, and nobody looks for it. */
function cutOff({ unfinished }: { readonly unfinished: readonly string[] }): string {
  return unfinished
    .map(
      (name) => `cut off, or being written: ${name}: no backup; remove it where none is running\n`,
    )
    .join("");
}

async function ask(context: CommandContext, gone: readonly ListedBackup[]): Promise<void> {
  if (context.flags.yes === true) return;
  const names = gone.map(({ name }) => name).join(", ");
  const { positionals, flags } = context;
  const words = [
    ...positionals,
    ...(flags.keep === undefined ? [] : [`--keep ${flags.keep}`]),
    ...(flags.keepDays === undefined ? [] : [`--keep-days ${flags.keepDays}`]),
  ];
  await context.confirm(
    `Remove ${counted(gone.length, "backup")} for good (${names})?`,
    `lockstep backup prune ${words.join(" ")} --yes`,
  );
}

function countOf(flag: string, value: number | undefined): number | undefined {
  if (value === undefined || (Number.isSafeInteger(value) && value >= 0)) return value;
  throw new LockstepError("USAGE.INVALID", `${flag} is a whole number, not ${value}`);
}

const columns = ["taken", "name", "files", "size", "encrypted", "by"] as const;

function rowOf({ takenAt, name, files, bytes, encrypted, toolVersion }: ListedBackup): string[] {
  const taken = takenAt.slice(0, 19).replace("T", " ");
  const size = `${(bytes / 1e6).toFixed(1)} MB`;
  return [taken, name, String(files), size, encrypted ? "yes" : "no", toolVersion];
}
