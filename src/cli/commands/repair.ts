/** `lockstep repair`: corrects the ledger by a person's word. */
import { repair as runRepair, type Repair, type RepairReport } from "../../deploy/repair.ts";
import { deployPortsOf } from "../../deploy-ports.ts";
import type { Command } from "../command.ts";
import { partsOf } from "../compose.ts";
import { targetFlags, type FlagValues } from "../flags.ts";

export const repair: Command = {
  name: "repair",
  summary: "Correct the ledger by hand",
  description:
    "Records what only a person knows. None of the project's SQL is run, and each correction is an event of the " +
    "history.\n\n" +
    "--mark-done records migrations as applied that were done by hand. --statement-done and --retry settle a " +
    "statement in doubt: one outside a transaction that was cut off, and nothing in the catalog tells whether it " +
    "happened. --forget takes a row out of the ledger.\n\n" +
    "Without any of them it lists what is in doubt and closes the rows of deployments whose process is gone.",
  positionals: [],
  flags: ["markDone", "statementDone", "retry", "forget", "set", "lockWait", ...targetFlags],
  examples: [
    { line: "lockstep repair", doc: "What is in doubt." },
    { line: "lockstep repair --mark-done 007_move_files", doc: "Done by hand." },
  ],
  run: async (context) => {
    const parts = partsOf(context);
    const { flags, signal, progress } = context;
    const report = await runRepair(await deployPortsOf(parts, progress), {
      project: await parts.wholeProject(),
      repairs: repairsOf(flags),
      lockWaitMs: flags.lockWait,
      signal,
    });
    return { json: report, text: doubtText(report), talk: talkOf(report) };
  },
};

function repairsOf(flags: FlagValues): readonly Repair[] {
  const { markDone, forget, statementDone, retry } = flags;
  return [
    ...(markDone ?? []).map((id) => ({ kind: "mark-done", id }) as const),
    ...(forget ?? []).map((id) => ({ kind: "forget", id }) as const),
    ...(statementDone === undefined
      ? []
      : [{ kind: "statement-done", id: statementDone } as const]),
    ...(retry === undefined ? [] : [{ kind: "retry", id: retry } as const]),
  ];
}

function doubtText({ inDoubt }: RepairReport): string {
  return inDoubt
    .map(({ id, part, since }) => `in doubt: ${id}, part ${part}, begun ${since}\n`)
    .join("");
}

function talkOf({ repaired, inDoubt, database }: RepairReport): string {
  if (repaired.length > 0)
    return `recorded: ${repaired.map(({ kind, id }) => `${kind} ${id}`).join(", ")}\n`;
  return inDoubt.length === 0 ? `nothing is in doubt: ${database}\n` : "";
}
