/** `lockstep init`: what is found, and the least that is needed to go on. */
import { init, type InitReport } from "../../deploy/init.ts";
import type { Command } from "../command.ts";
import { partsOf } from "../compose.ts";
import { renderFindings } from "../render/human.ts";

export const initCommand: Command = {
  name: "init",
  summary: "Say what the folder holds and write what is lacking",
  description:
    "Looks for a schema file, migrations and seeds, says what it found and how it is understood, and writes the " +
    "least that is needed: lockstep.lock, a line for SQL in .gitattributes, a line for .lockstep/ in .gitignore. " +
    "In a folder without SQL it writes an example migration, unless another tool's programs are there (Alembic, Django, " +
    "Knex and the like), which it names. A config file is written by nobody but you, and only a " +
    "project that can't be told by its names needs one; SQL files that no name tells apart are named.\n\n" +
    "What is there stays as it is; --force writes lockstep.lock anew. Touches no database.",
  positionals: [],
  flags: ["force", "set", "config"],
  examples: [{ line: "lockstep init", doc: "Begin, or look how the project is understood." }],
  run: async (context) => {
    const parts = partsOf(context);
    const project = await parts.project();
    const force = context.flags.force === true;
    const report = await init({ files: parts.files, project, force, now: new Date() });
    const { findings } = project;
    // Warnings are said by whoever reads a project first.
    const mild = findings.filter(({ severity }) => severity === "info");
    return {
      json: { ...report, findings },
      text: describe(report),
      talk: `${renderFindings(mild, context.style)}next: ${report.next}\n`,
    };
  },
};

function describe({ found, written, left }: InitReport): string {
  const lines = [
    ...found.map((line) => `found    ${line}`),
    ...left.map((line) => `left     ${line}`),
    ...written.map((path) => `written  ${path}`),
  ];
  return `${lines.join("\n")}\n`;
}
