/** `lockstep status`: what is applied, what is lacking, what does not fit. */
import { formatDuration } from "../../core/duration.ts";
import { status as readStatus, type StatusReport } from "../../deploy/status.ts";
import { deployPortsOf } from "../../deploy-ports.ts";
import type { Command } from "../command.ts";
import { partsOf } from "../compose.ts";
import { targetFlags } from "../flags.ts";
import { abandonedText } from "../render/abandoned.ts";
import { breakingText, filledColumns, headerText } from "../render/header.ts";
import { renderFindings, renderTable } from "../render/human.ts";
import type { Style } from "../render/style.ts";

export const status: Command = {
  name: "status",
  summary: "Show what is applied, what is lacking and what does not fit",
  description:
    "Reads the ledger and the files, takes no lock and changes nothing. Shows the newest applied migrations, all " +
    "that are lacking, and what a deploy would refuse.\n\n" +
    "Ends with 0 whatever it finds; with --exit-code it ends with 4 when something is lacking or wrong.",
  positionals: [],
  flags: ["exitCode", "set", ...targetFlags],
  examples: [
    { line: "lockstep status", doc: "For people." },
    { line: "lockstep status --json", doc: "For a script: `pending` is a list." },
  ],
  run: async (context) => {
    const parts = partsOf(context);
    const { flags, signal, progress, style } = context;
    const ports = await deployPortsOf(parts, progress);
    const report = await readStatus(ports, { project: await parts.project(), signal });
    return {
      json: report,
      text: statusText(report, style),
      talk: renderFindings(report.findings, style),
      exitCode: flags.exitCode === true && !report.isUpToDate ? 4 : 0,
    };
  },
};

function statusText(report: StatusReport, style: Style): string {
  const { appliedCount, recent, pending } = report;
  const hidden = appliedCount - recent.filter(({ kind }) => kind === "migration").length;
  const applied = recent.map((entry) => [
    style.green("applied"),
    entry.id,
    entry.title ?? "",
    `${entry.appliedAt.slice(0, 16).replace("T", " ")} by ${entry.by}`,
    entry.provenance === "deployed"
      ? entry.durationMs === undefined
        ? ""
        : formatDuration(entry.durationMs)
      : entry.provenance,
    headerText(entry.header),
  ]);
  const lacking = pending.map((entry) => [
    entry.isHalfApplied ? style.red("half applied") : style.yellow("pending"),
    entry.id,
    entry.title ?? "",
    entry.kind === "external" ? "done by hand" : "",
    "",
    headerText(entry.header),
  ]);
  const heads = ["state", "migration", "title", "when", "took", "header"];
  const { head, rows } = filledColumns(heads, [...applied, ...lacking], ["header"]);
  const table = rows.length === 0 ? "" : renderTable(head, rows, style);
  const earlier = hidden > 0 ? `${hidden} earlier applied\n` : "";
  return `${earlier}${table}${breakingText(pending)}${abandonedText(report.abandoned)}${verdict(report)}\n`;
}

function verdict(report: StatusReport): string {
  const { database, target, pending } = report;
  if (target === "foreign") return `${database} has objects and no ledger: lockstep adopt`;
  if (target === "empty") return `${database} is empty; ${pending.length} pending`;
  if (report.isUpToDate) return `${database} is up to date: ${appliedText(report)}`;
  return `${database}: ${appliedText(report)}, ${pending.length} pending`;
}

/** A complete schema is no migration, and where it is all there is, a count of them would say that nothing was done. */
function appliedText({ appliedCount, recent }: StatusReport): string {
  const whole = recent.find(({ kind }) => kind !== "migration");
  if (appliedCount > 0 || whole === undefined) return `${appliedCount} applied`;
  return `the ${whole.kind === "baseline" ? "baseline" : "declared schema"} is applied`;
}
