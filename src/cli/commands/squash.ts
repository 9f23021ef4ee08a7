/** `lockstep squash`: one baseline in the place of many migrations. */
import { appliedLedger } from "../../deploy/steps/applied-ids.ts";
import { squash, type SquashReport } from "../../deploy/squash.ts";
import type { SquashTarget } from "../../deploy/steps/squash/line.ts";
import { provePortsOf } from "../../prove-ports.ts";
import type { Parts } from "../../compose.ts";
import type { Command, CommandContext } from "../command.ts";
import { partsOf } from "../compose.ts";
import { renderFindings } from "../render/human.ts";

export const squashCommand: Command = {
  name: "squash",
  summary: "Write one baseline in the place of many migrations",
  description:
    "Replays the migrations in scratch, writes the schema that they lead to as the project's baseline, with the rows " +
    "that they insert, and moves their files into archive/RELEASE. lockstep.lock then says what the baseline stands " +
    "for: a new database gets the baseline; one that has the migrations already is the same and goes on; one that is " +
    "older gets what it lacks from the archive. No database is changed.\n\n" +
    "The line is the newest migration that is applied in every one of --targets, or --to, or the newest of the " +
    "project; without --release it names the baseline too. A complete schema that holds everything already is kept as it is written, but for its header.\n\n" +
    "Before anything is written, the new baseline is loaded and compared with what every way of the project leads " +
    "to, rows and sequences included. Cut off at any moment, the project is whole, and the same command carries on.",
  positionals: [],
  flags: ["release", "to", "targets", "major", "level", "dryRun", "set", "target", "url", "config"],
  examples: [
    { line: "lockstep squash", doc: "Named after the newest migration." },
    { line: "lockstep squash --release v1.2.0", doc: "Everything up to the newest migration." },
    {
      line: "lockstep squash --release v1.2.0 --targets staging,production",
      doc: "No further than both have come.",
    },
    {
      line: "lockstep squash --release v1.2.0 --dry-run",
      doc: "The proof, and nothing is written.",
    },
  ],
  run: async (context) => {
    const { flags, signal, progress, workingFolder, style } = context;
    const parts = partsOf(context);
    const project = await parts.wholeProject();
    const report = await squash(await provePortsOf({ parts, workingFolder, progress }), {
      project,
      release: flags.release,
      to: flags.to,
      targets: await targetsOf(context, parts),
      major: flags.major,
      level: flags.level,
      today: new Date().toISOString().slice(0, 10),
      dryRun: flags.dryRun === true,
      signal,
    });
    return {
      json: report,
      text: "",
      talk: renderFindings(report.findings, style) + describe(report),
    };
  },
};

/** Their ledgers, read one after the other. */
export async function targetsOf(
  { flags }: CommandContext,
  parts: Parts,
): Promise<readonly SquashTarget[]> {
  const { scope, targets } = await parts.config();
  const named = (flags.targets ?? []).flatMap((name) =>
    name === "all" ? Object.keys(targets) : name,
  );
  const found: SquashTarget[] = [];
  for (const name of new Set(named)) {
    const target = await parts.namedTarget(name);
    found.push({ name, ledger: await appliedLedger(target.direct ?? target.database, scope) });
  }
  if (flags.target !== undefined || flags.url !== undefined) {
    const { name, database, direct } = await parts.target();
    const ledger = await appliedLedger(direct ?? database, scope);
    found.push({ name: name ?? database.label, ledger });
  }
  return found;
}

function describe(report: SquashReport): string {
  const { outcome, release, includes, replaces, rows, moved, archive } = report;
  const baseline = report.baseline.join(", ");
  if (outcome === "nothing-to-do") {
    return `${release}: nothing to do: ${baseline} stands for the ${replaces} migrations up to ${includes}\n`;
  }
  const what = `${replaces} migration${replaces === 1 ? "" : "s"} up to ${includes} (${report.reason})`;
  const written = report.isBaselineKept ? "kept, with a new header" : "written";
  const count = rows === 0 ? "no rows" : `${rows} row${rows === 1 ? "" : "s"}`;
  const done = outcome === "planned" ? "would be" : "are";
  return [
    `proved: ${baseline} leads where ${what} lead, with ${count}`,
    outcome === "planned" ? `${baseline} would be ${written}` : `${baseline} ${written}`,
    `${moved.length} file${moved.length === 1 ? "" : "s"} ${done} in ${archive}/`,
    "",
  ].join("\n");
}
