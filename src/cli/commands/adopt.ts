/** `lockstep adopt`: takes over a database that has objects and no ledger. */
import { adopt as runAdopt } from "../../deploy/adopt.ts";
import { historyTools } from "../../plan/histories/tools.ts";
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
    "The history of another tool is recognised by its table and read: each migration that it applied finds its file " +
    "by name or version, hashes are compared where the tool keeps them, and a history with a failed migration is " +
    "refused. Nothing of the other tool's is changed. --from names the tool where there are several; with " +
    "--applied it is taken for granted that its files are others than these. Known are " +
    `${historyTools.map(({ name }) => name).join(", ")}.\n\n` +
    "--from none is for a database whose history nobody recorded; --applied says what it has: a migration's id for " +
    "all up to it, or all. Without it, what the baseline includes is recorded, and nothing where there is none.\n\n" +
    "An empty database and one that has a ledger for the project are refused.",
  positionals: [],
  flags: ["from", "historyTable", "appliedUpTo", "allowEdited", "set", "lockWait", ...targetFlags],
  examples: [
    { line: "lockstep adopt", doc: "It has the history of a tool that lockstep knows." },
    { line: "lockstep adopt --from prisma", doc: "It has _prisma_migrations, among others." },
    {
      line: "lockstep adopt --from flyway --history-table ops.schema_version",
      doc: "It has Flyway's history under another name.",
    },
    { line: "lockstep adopt --from none --applied all", doc: "It has everything on disk." },
    { line: "lockstep adopt --from none --applied 004_add_phone", doc: "It has 001 to 004." },
  ],
  run: async (context) => {
    const { flags, signal, progress } = context;
    const parts = partsOf(context);
    const { appliedUpTo } = flags;
    const applied =
      appliedUpTo === undefined || appliedUpTo === "all" ? appliedUpTo : { upTo: appliedUpTo };
    const report = await runAdopt(await deployPortsOf(parts, progress), {
      project: await parts.wholeProject(),
      from: flags.from ?? "auto",
      historyTable: flags.historyTable,
      applied,
      allowEdited: flags.allowEdited ?? [],
      lockWaitMs: flags.lockWait,
      signal,
    });
    const { baseline, adopted, pending, database, history, notes } = report;
    const schema = baseline === undefined ? "" : `${baseline} and `;
    const next =
      pending.length === 0 ? "nothing is pending" : `${pending.length} pending: lockstep deploy`;
    const source =
      history === null ? "" : ` from the history of ${history.tool} (${history.table})`;
    const count = adopted.length === 1 ? "1 migration" : `${adopted.length} migrations`;
    const told = notes.map((note) => `${note}\n`).join("");
    const talk = `${told}adopted ${schema}${count}${source}; ${next}: ${database}\n`;
    return { json: report, text: "", talk };
  },
};
