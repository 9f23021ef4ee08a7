/** `lockstep reset`: the target's database, made anew. */
import { reset, type ResetReport } from "../../deploy/reset.ts";
import { deployPortsOf } from "../../deploy-ports.ts";
import type { Command } from "../command.ts";
import { partsOf } from "../compose.ts";
import { targetFlags } from "../flags.ts";
import { describeDoomed } from "./drop.ts";
import { seededLines } from "./seed.ts";

export const resetCommand: Command = {
  name: "reset",
  summary: "Drop the database, create it again, deploy and seed",
  description:
    "Drops the database, creates it again with the same owner, encoding, locale and settings, deploys and runs the " +
    "seeds, if there are any. It refuses what lockstep drop refuses: production, protected databases, another " +
    "environment than is said, and, without --force, a database that others are connected to.\n\n" +
    "The project's files are read before anything is dropped. On a terminal it asks first; elsewhere --yes is needed.",
  positionals: [],
  flags: ["yes", "force", "set", "environment", "maintenance", ...targetFlags],
  examples: [
    { line: "lockstep reset", doc: "Asks first." },
    { line: "lockstep reset --yes", doc: "In a script, for a test database." },
  ],
  run: async (context) => {
    const parts = partsOf(context);
    const { flags, signal, progress } = context;
    const project = await parts.project();
    const report = await reset(await deployPortsOf(parts, progress), {
      project,
      maintenance: flags.maintenance,
      force: flags.force === true,
      signal,
      ...(flags.yes === true
        ? {}
        : {
            confirm: async (doomed) => {
              const question = `Drop ${describeDoomed(doomed)} and make it anew?`;
              await context.confirm(question, "lockstep reset --yes");
            },
          }),
    });
    return { json: report, text: "", talk: talkOf(report) };
  },
};

function talkOf({ database, applied, seeded, notes }: ResetReport): string {
  const said = notes.map((note) => `note: ${note}\n`).join("");
  const what = applied.length === 1 ? "1 file applied" : `${applied.length} files applied`;
  return `${seededLines(seeded)}${said}made anew, ${what}: ${database}\n`;
}
