/** `lockstep new`: a migration, named as its folder names them. */
import { gitUserName } from "../../adapters/node/git.ts";
import { newMigration } from "../../deploy/new-migration.ts";
import { assumptionOf, type Assumption } from "../../project/assumption.ts";
import type { Command } from "../command.ts";
import { partsOf } from "../compose.ts";
import { versionChoice } from "../version-choice.ts";

export const newCommand: Command = {
  name: "new",
  summary: "Make a migration",
  description:
    "Writes an empty migration into the migrations folder, named as the newest ones there are: the same kind of " +
    "number or date, the same separators, with a file for the way back where those have one. Adds its line to " +
    "lockstep.lock, without a fingerprint of the schema after it, since it is still empty: once it is written, lockstep " +
    "test --write or lockstep rebase notes that.\n\n" +
    "The name should say what changes. Names that say nothing, such as fix, update or test, are refused; --force " +
    "takes them.\n\n" +
    "Touches no database and overwrites nothing.",
  positionals: [{ name: "NAME", doc: "What the migration does, in a few words.", count: "some" }],
  flags: ["timestamp", "sequential", "data", "force", "set", "config"],
  examples: [
    { line: "lockstep new add phone to customers", doc: "The next one, as the folder names them." },
    { line: "lockstep new backfill_full_name --data", doc: "A migration in TypeScript." },
  ],
  run: async (context) => {
    const parts = partsOf(context);
    const project = await parts.wholeProject();
    const report = await newMigration({
      files: parts.files,
      project,
      name: context.positionals.join(" "),
      version: versionChoice(context.flags),
      isData: context.flags.data === true,
      acceptVague: context.flags.force === true,
      author: await gitUserName(parts.projectFolder),
      now: new Date(),
    });
    const talk = assumptionTalk(assumptionOf(project));
    return { json: report, text: `${report.written.join("\n")}\n`, talk };
  },
};

/** Else a fresh database has it in its ledger alone. */
function assumptionTalk(assumption: Assumption | undefined): string {
  if (assumption === undefined) return "";
  const { path, header } = assumption;
  return `${path} is taken to include every migration, this one too: change it as well, or write at its head ${header}\n`;
}
