/** `lockstep backup` and `lockstep backup verify`: a copy of a database that can be relied on. */
import { formatDuration } from "../../core/duration.ts";
import { LockstepError } from "../../core/errors.ts";
import { toolVersion } from "../../core/version.ts";
import { compressionNamed } from "../../adapters/store/compressions.ts";
import { backup } from "../../deploy/backup.ts";
import type { TableChoice } from "../../deploy/steps/backup/take.ts";
import { verifyBackup } from "../../deploy/verify-backup.ts";
import { backupKeyOf, backupPortsOf } from "../../backup-ports.ts";
import type { Command } from "../command.ts";
import { partsOf } from "../compose.ts";
import { jobsOf } from "../jobs.ts";
import { targetFlags } from "../flags.ts";
import { renderFindings } from "../render/human.ts";
import { counted } from "../render/counted.ts";

export const backupCommand: Command = {
  name: "backup",
  summary: "Copy the database into a folder, in one snapshot",
  description:
    "Writes the structure, the rows, the sequences' values, the large objects and lockstep's ledger into a new " +
    "folder: one state of the database, read over several connections, compressed, with a hash for every file. " +
    "Nothing in the database is changed. Only its owner can read the folder, and it gets its name when it is " +
    "whole; what was cut off has a name that ends in .partial.\n\n" +
    "With LOCKSTEP_BACKUP_KEY (32 bytes in hex or base64) or LOCKSTEP_BACKUP_PASSPHRASE, or one of them as a file " +
    "(LOCKSTEP_BACKUP_KEY_FILE), it is encrypted, names of tables included. Without the key nobody can restore it.\n\n" +
    "--format sql writes one SQL file instead, which psql alone restores into an empty database; --engine pg_dump " +
    "lets PostgreSQL's own program write, a folder that restore hands to pg_restore, or with --format sql a file. " +
    "Neither is encrypted.\n\n" +
    "Roles belong to the server and are not in it; passwords of user mappings and subscriptions are not either, " +
    "and the command names them.",
  positionals: [],
  flags: ["outBackup", "backupFormat", "engine", "compression", "tables", "jobs", ...targetFlags],
  examples: [
    { line: "lockstep backup --out backups/before-release", doc: "The target into a new folder." },
    { line: "lockstep backup --out /srv/b1 --jobs 4", doc: "Over four connections." },
    {
      line: "lockstep backup --out /srv/b2 --tables orders,billing.*",
      doc: "The rows of some tables, for restore --tables.",
    },
  ],
  run: async (context) => {
    const path = context.flags.outBackup;
    if (path === undefined) {
      throw new LockstepError("USAGE.INVALID", "--out is needed: the folder to write to", {
        next: "lockstep backup --out PATH",
      });
    }
    if (context.flags.backupFormat === "sql" || context.flags.engine === "pg_dump") {
      const { foreignBackup } = await import("./backup-foreign.ts");
      return await foreignBackup(context, path);
    }
    const parts = partsOf(context);
    const { workingFolder, progress, signal, flags } = context;
    const key = await backupKeyOf(parts);
    const only = flags.tables === undefined ? {} : { only: named(flags.tables) };
    const { database, direct } = await parts.target();
    const compression = compressionNamed(flags.compression);
    const ports = await backupPortsOf({ parts, workingFolder, path, progress });
    const report = await backup(
      { ...ports, compression },
      {
        database: direct ?? database,
        ...{ jobs: jobsOf(context), key, toolVersion, signal, ...only },
      },
    );
    const { tables, rows, rawBytes, bytes, durationMs } = report;
    const size = `${megabytes(rawBytes)} MB in ${megabytes(bytes)} MB`;
    const secured = report.encrypted ? ", encrypted" : "";
    const what = `${counted(tables, "table")}, ${counted(rows, "row")}, ${size}${secured}, in ${formatDuration(durationMs)}`;
    return {
      json: report,
      text: `${report.path}\n`,
      talk: `${renderFindings(report.findings, context.style)}backed up: ${what}\n`,
    };
  },
};

export const backupVerifyCommand: Command = {
  name: "backup verify",
  summary: "Restore a backup into a throwaway database and compare",
  description:
    "Restores the backup into a scratch database of the same major version, and compares the structure's " +
    "fingerprint, the number of rows and a checksum of every table's rows with the backup. The scratch database " +
    "is dropped again. With --quick only the files' hashes are compared, which finds every damage and proves no " +
    "restore.\n\n" +
    "An encrypted backup needs the key that it was written with.",
  positionals: [{ name: "PATH", doc: "The backup's folder.", count: "one" }],
  flags: ["quick", "jobs", "config"],
  examples: [
    { line: "lockstep backup verify backups/before-release", doc: "Restore it and compare." },
    { line: "lockstep backup verify backups/before-release --quick", doc: "Only the files." },
  ],
  run: async (context) => {
    const parts = partsOf(context);
    const { workingFolder, progress, signal, flags } = context;
    const path = context.positionals[0] ?? "";
    const report = await verifyBackup(
      await backupPortsOf({ parts, workingFolder, path, progress }),
      {
        quick: flags.quick === true,
        jobs: jobsOf(context),
        key: await backupKeyOf(parts),
        scratch: () => parts.scratch(),
        signal,
      },
    );
    const { depth, files, tables, rows, durationMs } = report;
    const how = depth === "files" ? `${files} files compared` : "restored and compared";
    const what = `${counted(tables, "table")}, ${counted(rows, "row")} of ${report.takenAt}`;
    return {
      json: report,
      text: "",
      talk: `${renderFindings(report.findings, context.style)}good: ${what}; ${how} in ${formatDuration(durationMs)}\n`,
    };
  },
};

function named(texts: readonly string[]): TableChoice {
  return { kind: "named", texts };
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
