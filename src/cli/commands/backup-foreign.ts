/** `lockstep backup --format sql` and `--engine pg_dump`: backups that others can read. */
import { backupKeyOf } from "../../backup-ports.ts";
import { formatDuration } from "../../core/duration.ts";
import { LockstepError } from "../../core/errors.ts";
import { toolVersion } from "../../core/version.ts";
import { backupAsSql } from "../../deploy/backup.ts";
import { pgDump } from "../../deploy/pg-client.ts";
import { pgClientPortsOf, pgDumpOutputOf, sqlFileAt, sqlPortsOf } from "../../foreign-ports.ts";
import type { CommandContext, CommandResult } from "../command.ts";
import { partsOf } from "../compose.ts";
import { renderFindings } from "../render/human.ts";
import { jobsOf } from "../jobs.ts";
import { counted } from "../render/counted.ts";

export async function foreignBackup(context: CommandContext, path: string): Promise<CommandResult> {
  const { flags, workingFolder, progress, signal, style } = context;
  const parts = partsOf(context);
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(path) || flags.tables !== undefined) {
    throw new LockstepError(
      "USAGE.INVALID",
      "--format sql and --engine pg_dump write all of it to a disk",
      {
        next: "Name a path, and leave --tables out.",
      },
    );
  }
  if (flags.compression !== undefined) {
    const message = "--compression is of lockstep's own folders, and this writes none";
    throw new LockstepError("USAGE.INVALID", message, { next: "Leave --compression out." });
  }
  if ((await backupKeyOf(parts)).kind !== "none") {
    const message = "a key is given, and neither SQL files nor pg_dump's folders are encrypted";
    throw new LockstepError("BACKUP.UNENCRYPTED", message, { state: "nothing was written" });
  }
  const target = await parts.target();
  const database = target.direct ?? target.database;
  const format = flags.backupFormat ?? "folder";
  if (flags.engine === "pg_dump") {
    const output = await pgDumpOutputOf({ path, workingFolder });
    const jobs = jobsOf(context);
    const report = await pgDump(await pgClientPortsOf(parts), { database, format, jobs, output });
    const how = `by pg_dump ${report.engineMajor} in ${formatDuration(report.durationMs)}`;
    return { json: report, text: `${report.path}\n`, talk: `backed up ${how}\n` };
  }
  const file = await sqlFileAt({ path, workingFolder });
  const report = await backupAsSql(sqlPortsOf(parts, progress), file, {
    database,
    toolVersion,
    signal,
  });
  const { tables, rows, bytes, durationMs, findings } = report;
  const what = `${counted(tables, "table")}, ${counted(rows, "row")}, ${(bytes / 1e6).toFixed(1)} MB, in ${formatDuration(durationMs)}`;
  const advice = "restore it into an empty database: psql --no-psqlrc --file FILE URL\n";
  return {
    json: report,
    text: `${report.path}\n`,
    talk: `${renderFindings(findings, style)}backed up: ${what}\n${advice}`,
  };
}
