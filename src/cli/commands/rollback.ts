/** `lockstep rollback`: takes back migrations by their down files, or by the inverse of what they changed. */
import { rollback as runRollback, type WayTaken } from "../../deploy/rollback.ts";
import { deployPortsOf } from "../../deploy-ports.ts";
import type { CountedLoss } from "../../deploy/steps/rollback/losses.ts";
import type { Plan } from "../../plan/plan.ts";
import type { Command, CommandContext } from "../command.ts";
import { partsOf } from "../compose.ts";
import { targetFlags } from "../flags.ts";
import { backupLine } from "../render/backup-line.ts";
import { renderFindings } from "../render/human.ts";

export const rollback: Command = {
  name: "rollback",
  summary: "Take back the newest migrations",
  description:
    "Takes back the newest migrations, in the reverse of the order in which they were applied, each in one transaction " +
    "with the ledger's change. A migration's down file is tried in scratch first, right where it belongs; where there " +
    "is none, or it does not lead back, the inverse of what the migration changed is planned, proved and run instead. " +
    "Every one of them must have a way back, or nothing is touched. The history keeps what was applied and what was " +
    "taken back.\n\n" +
    "Takes back one without --steps, --to or --deployment. What can't come back, such as the rows of a table that goes, " +
    "is told first: it asks on a terminal, and elsewhere it needs --yes. With --no-prove nothing is tried, and only " +
    "down files count. What it deletes or drops is backed up before, as a deploy does it.\n\n" +
    "With --restore, for when there is no way back: runs the hook stop of the config, restores the backup beside the " +
    "database, exchanges their names in one transaction, runs the hooks health and start. Rows that were written " +
    "since the backup, but by deploys, are a reason to refuse (RESTORE.NEWER_DATA) unless --discard-newer is said. " +
    "Until the names are exchanged the database is as it was; afterwards it stays under another name, so nothing is " +
    "backed up, whatever --backup says. No deploy runs meanwhile.",
  positionals: [],
  flags: [
    "to",
    "steps",
    "deployment",
    "restorePlace",
    "discardNewer",
    "yes",
    "noProve",
    "backup",
    "backupTo",
    "lockWait",
    "set",
    ...targetFlags,
  ],
  examples: [
    { line: "lockstep rollback --yes", doc: "The newest one." },
    { line: "lockstep rollback --to 004_add_phone", doc: "All that came after 004." },
    {
      line: "lockstep rollback --deployment 3f2a91c0",
      doc: "What this deployment applied; lockstep history has its id.",
    },
    { line: "lockstep rollback --restore latest", doc: "What was before the last harmful deploy." },
  ],
  run: async (context) => {
    const { restorePlace } = context.flags;
    if (restorePlace !== undefined) {
      const { rollbackRestore } = await import("./rollback-restore.ts");
      return await rollbackRestore(context, restorePlace);
    }
    const parts = partsOf(context);
    const { flags, signal, progress } = context;
    const ask = async (plan: Plan, ways: readonly WayTaken[]): Promise<void> => {
      for (const line of ways.flatMap(linesOf)) context.note(line);
      if (flags.yes === true || plan.units.length === 0) return;
      const ids = plan.units.map(({ identity }) => identity.id).join(", ");
      await context.confirm(`Take back ${ids}?`, againWith(flags));
    };
    const report = await runRollback(await deployPortsOf(parts, progress), {
      project: await parts.wholeProject(),
      to: flags.to,
      steps: flags.steps,
      deployment: flags.deployment,
      prove: flags.noProve !== true,
      confirm: ask,
      backup: { policy: flags.backup, to: flags.backupTo },
      lockWaitMs: flags.lockWait,
      signal,
    });
    const ids = report.reverted.map(({ id }) => id);
    const talk = ids.length === 0 ? "nothing to take back\n" : `taken back: ${ids.join(", ")}\n`;
    const before = renderFindings(report.notes, context.style) + backupLine(report.backup);
    return { json: report, text: "", talk: before + talk };
  },
};

function linesOf({ id, by, trial, reason, losses }: WayTaken): readonly string[] {
  const how = trial === "proved" ? `proved: ${reason}` : `not proved: ${reason}`;
  return [
    `${id}: by ${by} (${how})`,
    ...losses.map((loss) => `  can't come back: ${lossLine(loss)}`),
  ];
}

function lossLine({ what, count, isEstimate }: CountedLoss): string {
  if (count === undefined) return what;
  const number = count.toLocaleString("en-US");
  return `${what} (${isEstimate === true ? `about ${number}, by the statistics` : number})`;
}

/** The same migrations: without what named them it would be the newest alone. */
function againWith({ steps, to, deployment }: CommandContext["flags"]): string {
  const which = [
    steps === undefined ? "" : ` --steps ${steps}`,
    to === undefined ? "" : ` --to ${to}`,
    deployment === undefined ? "" : ` --deployment ${deployment}`,
  ];
  return `lockstep rollback${which.join("")} --yes`;
}
