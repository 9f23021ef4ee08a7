/** `lockstep adopt`: takes over a database that has objects and no ledger. */
import { LockstepError } from "../../core/errors.ts";
import { adopt as runAdopt } from "../../deploy/adopt.ts";
import { deployPortsOf } from "../../deploy-ports.ts";
import type { Command } from "../command.ts";
import { partsOf } from "../compose.ts";
import { targetFlags } from "../flags.ts";

export const adopt: Command = {
  name: "adopt",
  summary: "Take over a database that exists already",
  description:
    "Records which migrations a database has that lockstep did not deploy, so that lockstep deploy runs the rest. " +
    "None of the project's SQL is run, and what is recorded is marked as adopted.\n\n" +
    "--from none is for a database whose history nobody recorded; --applied says what it has: a migration's id for " +
    "all up to it, or all. Without it, what the baseline includes is recorded, and nothing where there is none.\n\n" +
    "An empty database and one that has a ledger for the project are refused.",
  positionals: [],
  flags: ["from", "appliedUpTo", "lockWait", ...targetFlags],
  examples: [
    { line: "lockstep adopt --from none --applied all", doc: "It has everything on disk." },
    { line: "lockstep adopt --from none --applied 004_add_phone", doc: "It has 001 to 004." },
  ],
  run: async (context) => {
    const { flags, signal, progress } = context;
    if (flags.from !== "none") throw unknownTool(flags.from);
    const parts = partsOf(context);
    const { appliedUpTo } = flags;
    const applied =
      appliedUpTo === undefined || appliedUpTo === "all" ? appliedUpTo : { upTo: appliedUpTo };
    const report = await runAdopt(await deployPortsOf(parts, progress), {
      project: await parts.wholeProject(),
      applied,
      lockWaitMs: flags.lockWait,
      signal,
    });
    const { baseline, adopted, pending, database } = report;
    const schema = baseline === undefined ? "" : `${baseline} and `;
    const next =
      pending.length === 0 ? "nothing is pending" : `${pending.length} pending: lockstep deploy`;
    const talk = `adopted ${schema}${adopted.length} migrations; ${next}: ${database}\n`;
    return { json: report, text: "", talk };
  },
};

function unknownTool(from: string | undefined): LockstepError {
  const message =
    from === undefined
      ? "nothing says whose history the database has"
      : `lockstep can't read the history of ${JSON.stringify(from)}`;
  return new LockstepError("USAGE.INVALID", message, {
    next: "lockstep adopt --from none --applied ID|all",
  });
}
