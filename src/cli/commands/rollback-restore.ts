/** `lockstep rollback --restore`: a backup in the database's place, with the application stopped meanwhile. */
import { backupKeyOf } from "../../backup-ports.ts";
import { formatDuration } from "../../core/duration.ts";
import { rollbackByRestore, type RestorePlan } from "../../deploy/restore-rollback.ts";
import { restoreRollbackPortsOf } from "../../restore-ports.ts";
import type { CommandContext, CommandResult } from "../command.ts";
import { partsOf } from "../compose.ts";
import { renderFindings } from "../render/human.ts";

export async function rollbackRestore(
  context: CommandContext,
  place: string,
): Promise<CommandResult> {
  const parts = partsOf(context);
  const { flags, signal, progress, workingFolder, style } = context;
  const ports = await restoreRollbackPortsOf({ parts, progress, workingFolder });
  const report = await rollbackByRestore(ports, {
    project: await parts.project(),
    location: place === "latest" ? undefined : place,
    key: await backupKeyOf(parts),
    jobs: 2,
    discardNewer: flags.discardNewer === true,
    confirm: async (plan) => {
      if (flags.yes === true) return;
      context.note(planText(plan));
      const question = `Stop the application and put the backup of ${plan.takenAt} in the place of ${ports.deploy.database.label}?`;
      await context.confirm(question, `lockstep rollback --restore ${place} --yes`);
    },
    now: new Date(),
    lockWaitMs: flags.lockWait,
    signal,
  });
  const { takenAt, durationMs, database, retired, ended, hooks, findings } = report;
  const ran = hooks.map(({ hook, durationMs: took }) => `${hook} ${formatDuration(took)}`);
  const talk = [
    renderFindings(findings, style),
    `${planText(report)}`,
    `restored the backup of ${takenAt} in ${formatDuration(durationMs)}: ${database}\n`,
    `the old database is now called ${retired}; sessions ended: ${ended}\n`,
    ran.length === 0 ? "" : `hooks: ${ran.join(", ")}\n`,
    "run ANALYZE soon\n",
  ];
  return { json: report, text: "", talk: talk.join("") };
}

function planText({ location, undone, newer }: RestorePlan): string {
  const migrations = undone.length === 0 ? "" : `taken back with it: ${undone.join(", ")}\n`;
  const rows = (newer ?? []).map(({ table, rows: count }) => `${table} (${count})`).join(", ");
  const unknown = "which rows are lost, nobody can tell\n";
  const lost = newer === undefined ? unknown : rows === "" ? "" : `rows that are lost: ${rows}\n`;
  return `the backup: ${location}\n${migrations}${lost}`;
}
