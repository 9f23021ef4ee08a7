/** `lockstep plan`: what a deploy would do now, as the SQL that it would run. */
import { deploy as runDeploy } from "../../deploy/deploy.ts";
import { deployPortsOf } from "../../deploy-ports.ts";
import type { Command } from "../command.ts";
import { partsOf } from "../compose.ts";
import { targetFlags } from "../flags.ts";
import { renderFindings } from "../render/human.ts";
import { planText } from "../render/plan.ts";

export const plan: Command = {
  name: "plan",
  summary: "Show what a deploy would do, and change nothing",
  description:
    "Prints the SQL that lockstep deploy would run now, each transaction with its BEGIN and COMMIT, without the " +
    "ledger's own statements. Takes no lock and changes nothing. With --json it is the plan itself, which " +
    "docs/reference/json.md describes.\n\n" +
    "--exit-code ends with 4 when something is lacking.",
  positionals: [],
  flags: [
    "to",
    "exitCode",
    "allowEdited",
    "allowMissing",
    "allowOutOfOrder",
    "allowDrop",
    "additive",
    "set",
    ...targetFlags,
  ],
  examples: [
    { line: "lockstep plan", doc: "The SQL on stdout." },
    { line: "lockstep plan --exit-code --quiet > /dev/null", doc: "Only whether there is any." },
  ],
  run: async (context) => {
    const parts = partsOf(context);
    const { flags, signal, progress } = context;
    const report = await runDeploy(await deployPortsOf(parts, progress), {
      project: await parts.project(),
      planOnly: true,
      ...(flags.allowOutOfOrder === undefined ? {} : { allowOutOfOrder: flags.allowOutOfOrder }),
      ...(flags.allowDrop === undefined ? {} : { allowDrop: flags.allowDrop }),
      ...(flags.additive === undefined ? {} : { additive: flags.additive }),
      allowEdited: flags.allowEdited ?? [],
      allowMissing: flags.allowMissing === true,
      to: flags.to,
      signal,
    });
    const isPending = report.pending.length > 0;
    const talk = isPending
      ? `${report.pending.length} to apply: ${report.database}\n`
      : `nothing to do: ${report.database}\n`;
    return {
      json: report,
      text: planText(report.plan),
      talk: renderFindings(report.notes, context.style) + talk,
      exitCode: isPending && flags.exitCode === true ? 4 : 0,
    };
  },
};
