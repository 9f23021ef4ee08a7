/** `lockstep history`: what happened to a database, by whom, from where. */
import { formatDuration } from "../../core/duration.ts";
import { history as readHistory, historyLimitDefault } from "../../deploy/history.ts";
import type { RecordedReceipt } from "../../ledger/receipts.ts";
import { deployPortsOf } from "../../deploy-ports.ts";
import type { Command } from "../command.ts";
import { partsOf } from "../compose.ts";
import { targetFlags } from "../flags.ts";
import type { Style } from "../render/style.ts";
import { abandonedText } from "../render/abandoned.ts";
import { filledColumns, headerText } from "../render/header.ts";
import { renderTable } from "../render/human.ts";

export const history: Command = {
  name: "history",
  summary: "Show what was applied, by whom, when and from where",
  description:
    "The ledger's history, the newest first: migrations applied, included in a baseline, adopted, marked done, " +
    "rolled back. Attempts that failed are listed apart, since they left nothing behind, and so are the backups " +
    "that were taken before deploys. Times are the server's, in " +
    "UTC.\n\n" +
    `Shows the newest ${historyLimitDefault} of each; --limit shows more or fewer.`,
  positionals: [],
  flags: ["limit", ...targetFlags],
  examples: [{ line: "lockstep history --limit 10 --json", doc: "The last ten, for a script." }],
  run: async (context) => {
    const parts = partsOf(context);
    const { flags, signal, progress, style } = context;
    const { scope } = await parts.config();
    const ports = await deployPortsOf(parts, progress);
    const limit = flags.limit ?? historyLimitDefault;
    const report = await readHistory(ports, { scope, limit, signal });
    const events = report.events.map((event) => [
      event.at.slice(0, 19).replace("T", " "),
      event.event,
      event.migrationId,
      event.durationMs === undefined ? "" : formatDuration(event.durationMs),
      `${event.osUser ?? event.databaseUser}${event.host === undefined ? "" : `@${event.host}`}`,
      event.gitSha?.slice(0, 12) ?? "",
      event.deploymentId.slice(0, 8),
      event.title ?? "",
      headerText(event.header),
    ]);
    const known = ["when", "what", "migration", "took", "by", "commit", "deployment"];
    const heads = [...known, "title", "header"];
    const shown = filledColumns(heads, events, ["title", "header"]);
    const attempts = report.attempts.map((attempt) => [
      attempt.at.slice(0, 19).replace("T", " "),
      attempt.migrationId,
      attempt.sqlState ?? "",
      attempt.message,
    ]);
    const text =
      (events.length === 0 ? "nothing yet\n" : renderTable(shown.head, shown.rows, style)) +
      (attempts.length === 0
        ? ""
        : `\nfailed attempts, which left nothing behind that is not above:\n${renderTable(["when", "migration", "state", "message"], attempts, style)}`) +
      backupsText(report.backups, style) +
      abandonedText(report.abandoned);
    return { json: report, text };
  },
};

function backupsText(backups: readonly RecordedReceipt[], style: Style): string {
  if (backups.length === 0) return "";
  const rows = backups.map(({ takenAt, what, tables, storedBytes, location, reason }) => [
    takenAt.slice(0, 19).replace("T", " "),
    what === "database" ? "all" : tables.join(", "),
    `${(storedBytes / 1e6).toFixed(1)} MB`,
    location,
    reason,
  ]);
  return `\nbackups before deploys:\n${renderTable(["when", "of", "size", "where", "why"], rows, style)}`;
}
