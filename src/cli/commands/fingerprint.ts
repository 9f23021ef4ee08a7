/** `lockstep fingerprint SOURCE`: one line that is equal exactly when two schemas are. */
import { defaultLevel } from "../../catalog/level.ts";
import { fingerprintSource } from "../../deploy/fingerprint.ts";
import { sourcePortsOf } from "../../source-ports.ts";
import type { Command } from "../command.ts";
import { partsOf } from "../compose.ts";
import { targetFlags } from "../flags.ts";

export const fingerprintCommand: Command = {
  name: "fingerprint",
  summary: "Print one line that is equal exactly when two schemas are",
  description:
    "Reads a schema and prints the hash of everything in it that DDL can make: pgMAJOR:LEVEL:HASH. Fingerprints " +
    "compare between servers of one major, at one level. What the server prints otherwise after a restore counts as " +
    "it is then, for which a scratch server of the major makes it again.\n\n" +
    "SOURCE is empty, baseline, migrations, declared, live (the target), file:PATH (an SQL file or a folder of " +
    "them), backup:PATH (a backup of lockstep) or a postgres:// URL. SQL is loaded into a scratch database, which is dropped again; a database is only " +
    "read, and any role that may connect can read it.",
  positionals: [{ name: "SOURCE", doc: "Which schema.", count: "one" }],
  flags: ["level", "major", "roles", "strict", "set", ...targetFlags],
  examples: [
    { line: "lockstep fingerprint live", doc: "Of the target." },
    {
      line: "lockstep fingerprint file:schema.sql --major 16",
      doc: "Of what a file makes on PostgreSQL 16.",
    },
  ],
  run: async (context) => {
    const parts = partsOf(context);
    const { level = defaultLevel, major, strict = false } = context.flags;
    const { workingFolder, progress } = context;
    const ports = sourcePortsOf({ parts, workingFolder, progress });
    const report = await fingerprintSource(context.positionals[0] ?? "", ports, {
      level,
      major,
      strict,
    });
    const talk = report.findings.map(({ code, message, object }) => {
      const what = object === undefined ? "" : `${object}: `;
      return `${code}: ${what}${message}\n`;
    });
    return { json: report, text: `${report.fingerprint}\n`, talk: talk.join("") };
  },
};
