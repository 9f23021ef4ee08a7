/** `lockstep seed`: the project's seeds. */
import { formatDuration } from "../../core/duration.ts";
import type { AppliedUnit } from "../../deploy/steps/apply/apply.ts";
import { seed, type SeedReport } from "../../deploy/seed.ts";
import { deployPortsOf } from "../../deploy-ports.ts";
import type { Command } from "../command.ts";
import { partsOf } from "../compose.ts";
import { targetFlags } from "../flags.ts";
import { backupLine } from "../render/backup-line.ts";
import { renderFindings } from "../render/human.ts";

export const seedCommand: Command = {
  name: "seed",
  summary: "Run the seeds",
  description:
    "Runs the files that the config names as seeds, or seed.sql, or the files in seeds/ by name: each in one " +
    "transaction, or as its statements need. They run every time, so write them to be run again (INSERT ... ON " +
    "CONFLICT DO NOTHING). They are read and checked before the first runs, and the history tells that they ran.\n\n" +
    "Rows that they change or delete are backed up before, as a deploy does it.\n\n" +
    "A database that nothing was deployed to is refused; lockstep deploy --seed does both.",
  positionals: [],
  flags: ["set", "backup", "backupTo", "lockWait", "environment", ...targetFlags],
  examples: [
    { line: "lockstep seed", doc: "What the project calls its seeds." },
    { line: "lockstep seed --set admin=ada@example.com", doc: "With a value for :'admin'." },
  ],
  run: async (context) => {
    const parts = partsOf(context);
    const { flags, signal, progress } = context;
    const ports = await deployPortsOf(parts, progress);
    const report = await seed(ports, {
      project: await parts.project(),
      backup: { policy: flags.backup, to: flags.backupTo },
      lockWaitMs: flags.lockWait,
      signal,
    });
    return {
      json: report,
      text: "",
      talk: renderFindings(report.notes, context.style) + talkOf(report),
    };
  },
};

function talkOf({ seeded, pending, database, backup }: SeedReport): string {
  const lacking =
    pending.length === 0 ? "" : `${pending.length} pending: lockstep deploy applies them\n`;
  return `${backupLine(backup)}${seededLines(seeded)}${lacking}seeded: ${database}\n`;
}

export function seededLines(seeded: readonly AppliedUnit[]): string {
  return seeded
    .map(({ id, statements, durationMs }) => {
      const count = statements === 1 ? "1 statement" : `${statements} statements`;
      return `${id}: ${count} in ${formatDuration(durationMs)}\n`;
    })
    .join("");
}
