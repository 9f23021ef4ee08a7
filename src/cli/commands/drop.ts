/** `lockstep drop`: the end of the target's database. */
import { drop, type Doomed } from "../../deploy/drop.ts";
import { deployPortsOf } from "../../deploy-ports.ts";
import type { Command } from "../command.ts";
import { partsOf } from "../compose.ts";
import { targetFlags } from "../flags.ts";

export const dropCommand: Command = {
  name: "drop",
  summary: "Drop the database with everything in it",
  description:
    "Drops the database that the URL or the target names. On a terminal it asks first; elsewhere --yes is needed. A " +
    "database that is not there is no failure.\n\n" +
    "It refuses a database that says it is production or protected, one that the config protects, and one that says " +
    "it is another environment than the command says; --force changes nothing about these. It refuses a database " +
    "that others are connected to; --force ends their sessions.",
  positionals: [],
  flags: ["yes", "force", "environment", "maintenance", ...targetFlags],
  examples: [
    { line: "lockstep drop", doc: "Asks first." },
    { line: "lockstep drop --yes --force", doc: "Without asking, whoever is connected." },
  ],
  run: async (context) => {
    const parts = partsOf(context);
    const { flags, signal, progress } = context;
    const report = await drop(await deployPortsOf(parts, progress), {
      maintenance: flags.maintenance,
      force: flags.force === true,
      signal,
      ...(flags.yes === true
        ? {}
        : {
            confirm: async (doomed) => {
              await context.confirm(`Drop ${describeDoomed(doomed)}?`, "lockstep drop --yes");
            },
          }),
    });
    const ended = report.ended === 0 ? "" : `, ${report.ended} sessions of others ended`;
    const talk = report.dropped
      ? `dropped: ${report.database}${ended}\n`
      : `there is none: ${report.database}\n`;
    return { json: report, text: "", talk };
  },
};

export function describeDoomed({ label, environment, visitors }: Doomed): string {
  const named = environment?.name === undefined ? "" : ` (${environment.name})`;
  const others = visitors === 0 ? "" : `, while ${visitors} others are connected`;
  return `${label}${named} with everything in it${others}`;
}
