/** `lockstep verify`: the ledger against the files. */
import { verify as runVerify } from "../../deploy/verify.ts";
import { deployPortsOf } from "../../deploy-ports.ts";
import type { Command } from "../command.ts";
import { partsOf } from "../compose.ts";
import { targetFlags } from "../flags.ts";
import { renderFindings } from "../render/human.ts";

export const verify: Command = {
  name: "verify",
  summary: "Compare the ledger with the files, and change nothing",
  description:
    "Says whether everything that the project holds is applied, unchanged and in order, and whether everything that " +
    "is applied is in the project. Ends with 4 when something differs, each difference on a line.",
  positionals: [],
  flags: [...targetFlags],
  examples: [{ line: "lockstep verify --json", doc: "For a pipeline that gates a release." }],
  run: async (context) => {
    const parts = partsOf(context);
    const { signal, progress, style } = context;
    const ports = await deployPortsOf(parts, progress);
    const report = await runVerify(ports, { project: await parts.project(), signal });
    const verdict = report.isEqual
      ? `${report.database} has what the files say: ${report.appliedCount} applied\n`
      : `${report.database} is not as the files say\n`;
    return {
      json: report,
      text: renderFindings(report.findings, style),
      talk: verdict,
      exitCode: report.isEqual ? 0 : 4,
    };
  },
};
