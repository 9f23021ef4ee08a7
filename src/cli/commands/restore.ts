/** `lockstep restore`: a backup into an empty database. */
import { formatDuration } from "../../core/duration.ts";
import { restore } from "../../deploy/restore.ts";
import { backupKeyOf, backupPortsOf } from "../../backup-ports.ts";
import type { Parts } from "../../compose.ts";
import type { Database } from "../../ports/database.ts";
import type { Command } from "../command.ts";
import { partsOf } from "../compose.ts";
import { targetFlags } from "../flags.ts";
import { renderFindings } from "../render/human.ts";
import { jobsOf } from "./backup.ts";

export const restoreCommand: Command = {
  name: "restore",
  summary: "Restore a backup into an empty database",
  description:
    "Makes in an empty database what the backup holds: first what the rows need, then the rows over several " +
    "connections, then keys, indexes, triggers and the rest. Afterwards the rows are counted and the structure is " +
    "compared with the backup's. A database that has objects of its own is refused, and roles that are missing " +
    "are named before anything is changed.\n\n" +
    "Whatever cuts it off, the same command, run again, goes on where it stopped. What is done is kept in the " +
    "schema lockstep_restore until it has ended.",
  positionals: [{ name: "PATH", doc: "The backup's folder.", count: "one" }],
  flags: ["toUrl", "jobs", ...targetFlags],
  examples: [
    {
      line: "lockstep restore backups/b1 --to postgres://localhost/shop_restored",
      doc: "Into a database that is there and empty.",
    },
  ],
  run: async (context) => {
    const parts = partsOf(context);
    const { workingFolder, progress, signal, flags } = context;
    const path = context.positionals[0] ?? "";
    const key = await backupKeyOf(parts);
    const database = await databaseOf(parts, flags.toUrl);
    const report = await restore(await backupPortsOf({ parts, workingFolder, path, progress }), {
      ...{ database, jobs: jobsOf(context), key, signal },
    });
    const { tables, rows, durationMs } = report;
    const how = report.resumed ? "went on and restored" : "restored";
    const what = `${how} ${tables} tables, ${rows} rows in ${formatDuration(durationMs)}`;
    const advice = "run ANALYZE before the application uses it\n";
    return {
      json: report,
      text: "",
      talk: `${renderFindings(report.findings, context.style)}${what}: ${report.database}\n${advice}`,
    };
  },
};

async function databaseOf(parts: Parts, url: string | undefined): Promise<Database> {
  if (url !== undefined) return await parts.databaseAt(url);
  const { database, direct } = await parts.target();
  return direct ?? database;
}
