/** `lockstep rollback`: takes back migrations by their down files. */
import { rollback as runRollback } from "../../deploy/rollback.ts";
import { deployPortsOf } from "../../deploy-ports.ts";
import type { Plan } from "../../plan/plan.ts";
import type { Command } from "../command.ts";
import { partsOf } from "../compose.ts";
import { targetFlags } from "../flags.ts";

export const rollback: Command = {
  name: "rollback",
  summary: "Take back the newest migrations by their down files",
  description:
    "Runs the down files of the newest migrations, in the reverse of the order in which they were applied, each in " +
    "one transaction with the ledger's change. Every one of them must have a way back, or nothing is touched. " +
    "The history keeps what was applied and what was taken back.\n\n" +
    "Takes back one without --steps or --to. What a down file drops is gone: it asks first on a terminal, and " +
    "elsewhere it needs --yes.",
  positionals: [],
  flags: ["to", "steps", "yes", "lockWait", "set", ...targetFlags],
  examples: [
    { line: "lockstep rollback --yes", doc: "The newest one." },
    { line: "lockstep rollback --to 004_add_phone", doc: "All that came after 004." },
  ],
  run: async (context) => {
    const parts = partsOf(context);
    const { flags, signal, progress } = context;
    const ask = async (plan: Plan): Promise<void> => {
      if (flags.yes === true || plan.units.length === 0) return;
      const ids = plan.units.map(({ identity }) => identity.id).join(", ");
      await context.confirm(`Take back ${ids}?`, "lockstep rollback --yes");
    };
    const report = await runRollback(await deployPortsOf(parts, progress), {
      project: await parts.wholeProject(),
      to: flags.to,
      steps: flags.steps,
      confirm: ask,
      lockWaitMs: flags.lockWait,
      signal,
    });
    const ids = report.reverted.map(({ id }) => id);
    const talk = ids.length === 0 ? "nothing to take back\n" : `taken back: ${ids.join(", ")}\n`;
    return { json: report, text: "", talk };
  },
};
