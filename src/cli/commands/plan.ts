/** `lockstep plan`: what a deploy would do now, as the SQL that it would run. */
import { deploy as runDeploy } from "../../deploy/deploy.ts";
import { deployPortsOf } from "../../deploy-ports.ts";
import { resolve } from "node:path";
import { writeTextFile } from "../../adapters/node/text-file.ts";
import { toolVersion } from "../../core/version.ts";
import type { DeployReport } from "../../deploy/report.ts";
import { formatPlanFile, planFileFormat, sealPlanFile } from "../../plan/plan-file.ts";
import type { Command, CommandContext } from "../command.ts";
import { partsOf } from "../compose.ts";
import { targetFlags } from "../flags.ts";
import { renderFindings } from "../render/human.ts";
import { proofTalk } from "../render/proof-of-plan.ts";
import { planText } from "../render/plan.ts";

export const plan: Command = {
  name: "plan",
  summary: "Show what a deploy would do, and change nothing",
  description:
    "Prints the SQL that lockstep deploy would run now, each transaction with its BEGIN and COMMIT, without the " +
    "ledger's own statements. Takes no lock and changes nothing. With --json it is the plan itself, which " +
    "docs/reference/json.md describes.\n\n" +
    "--out writes the plan as a file that lockstep deploy --plan FILE carries out, statement by statement, and only while " +
    "the target's schema, its ledger and the files that the plan applies are as they are now. The file has a hash: a " +
    "change to it is refused.\n\n" +
    "--exit-code ends with 4 when something is lacking.",
  positionals: [],
  flags: [
    "to",
    "outPlan",
    "noProve",
    "exitCode",
    "allowEdited",
    "allowMissing",
    "allowOutOfOrder",
    "allowDrop",
    "additive",
    "columnOrder",
    "set",
    ...targetFlags,
  ],
  examples: [
    { line: "lockstep plan", doc: "The SQL on stdout." },
    { line: "lockstep plan --out release.plan.json", doc: "For a review, and for deploy --plan." },
    { line: "lockstep plan --exit-code --quiet > /dev/null", doc: "Only whether there is any." },
  ],
  run: async (context) => {
    const parts = partsOf(context);
    const { flags, signal, progress } = context;
    const report = await runDeploy(await deployPortsOf(parts, progress), {
      project: await parts.project(),
      planOnly: true,
      pin: flags.outPlan !== undefined,
      prove: flags.noProve !== true,
      ...(flags.allowOutOfOrder === undefined ? {} : { allowOutOfOrder: flags.allowOutOfOrder }),
      ...(flags.allowDrop === undefined ? {} : { allowDrop: flags.allowDrop }),
      ...(flags.additive === undefined ? {} : { additive: flags.additive }),
      ...(flags.columnOrder === undefined ? {} : { columnOrder: flags.columnOrder }),
      allowEdited: flags.allowEdited ?? [],
      allowMissing: flags.allowMissing === true,
      to: flags.to,
      signal,
    });
    const written = await writePlan(context, report);
    const isPending = report.pending.length > 0;
    const talk = isPending
      ? `${report.pending.length} to apply: ${report.database}\n`
      : `nothing to do: ${report.database}\n`;
    const proof = report.proof === undefined ? "" : proofTalk(report.proof);
    return {
      json: report,
      text: planText(report.plan),
      talk: renderFindings(report.notes, context.style) + proof + written + talk,
      exitCode: isPending && flags.exitCode === true ? 4 : 0,
    };
  },
};

/** Says where it is, or that there is nothing to write. */
async function writePlan(context: CommandContext, report: DeployReport): Promise<string> {
  const { outPlan } = context.flags;
  if (outPlan === undefined) return "";
  const { forFile } = report;
  if (forFile === undefined) {
    return `no plan was written: there is nothing to do\n`;
  }
  const file = sealPlanFile({
    format: planFileFormat,
    version: 1,
    madeBy: toolVersion,
    ...forFile,
    isProved: report.proof?.kind === "proved",
  });
  await writeTextFile(resolve(context.workingFolder, outPlan), formatPlanFile(file));
  const deploy = await context.sameTarget(`lockstep deploy --plan ${outPlan}`);
  return `written: ${outPlan} (sha256 ${file.hash}); ${deploy} carries it out\n`;
}
