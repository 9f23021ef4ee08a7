/** `lockstep diff --from SOURCE --to SOURCE`: what leads from one schema to another. */
import { diff } from "../../deploy/diff.ts";
import type { DiffReport } from "../../deploy/diff.ts";
import { planSql } from "../../plan/statement_text.ts";
import { sourcePortsOf } from "../../source-ports.ts";
import type { Command } from "../command.ts";
import { partsOf } from "../compose.ts";
import { targetFlags } from "../flags.ts";

export const diffCommand: Command = {
  name: "diff",
  summary: "Plan the way from one schema to another",
  description:
    "Reads two schemas and prints the statements that make the first one equal to the second: altered wherever " +
    "PostgreSQL can alter, in an order that works. --sql prints SQL with BEGIN and COMMIT around each transaction, " +
    "which psql runs; without it the steps are listed. Nothing is changed on either side.\n\n" +
    "SOURCE is empty, baseline, migrations, declared, live (the target), file:PATH (an SQL file or a folder of " +
    "them) or a postgres:// URL. By default from migrations to declared.\n\n" +
    "A plan that drops something is refused (DIFF.DROPS) until --allow-drop names its kind. --exit-code ends " +
    "with 4 when the two differ.",
  positionals: [],
  flags: ["fromSource", "toSource", "sql", "allowDrop", "exitCode", "major", ...targetFlags],
  examples: [
    {
      line: "lockstep diff --from live --to file:schema.sql --sql",
      doc: "The SQL that brings the target to a file.",
    },
    {
      line: "lockstep diff --from live --to migrations --exit-code",
      doc: "Whether somebody changed the target by hand.",
    },
  ],
  run: async (context) => {
    const parts = partsOf(context);
    const { flags, workingFolder, progress } = context;
    const report = await diff(sourcePortsOf({ parts, workingFolder, progress }), {
      from: flags.fromSource ?? "migrations",
      to: flags.toSource ?? "declared",
      allowDrop: flags.allowDrop ?? [],
      major: flags.major,
    });
    return {
      json: report,
      text: flags.sql === true ? planSql(report.plan.segments) : stepList(report),
      talk: talkOf(report),
      exitCode: !report.equal && flags.exitCode === true ? 4 : 0,
    };
  },
};

/** One line per step, with what it does to rows where it does something. */
function stepList(report: DiffReport): string {
  const steps = report.plan.segments.flatMap((segment) => segment.steps);
  return steps
    .map(({ verb, object, loss }) => `${verb} ${object}${loss === "none" ? "" : ` (${loss})`}\n`)
    .join("");
}

function talkOf(report: DiffReport): string {
  const findings = report.findings.map(({ code, message, object }) => {
    const what = object === undefined ? "" : `${object}: `;
    return `${code}: ${what}${message}\n`;
  });
  const sides = `${report.from} -> ${report.to}`;
  const { segments } = report.plan;
  const steps = segments.reduce((sum, segment) => sum + segment.steps.length, 0);
  const transactions = segments.length === 1 ? "" : ` in ${segments.length} transactions`;
  const summary = report.equal ? `equal: ${sides}\n` : `${steps} steps${transactions}: ${sides}\n`;
  return findings.join("") + summary;
}
