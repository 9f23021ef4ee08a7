/** `lockstep create`: the target's database. */
import { create, type CreateReport } from "../../deploy/create.ts";
import { deployPortsOf } from "../../deploy-ports.ts";
import type { Command } from "../command.ts";
import { partsOf } from "../compose.ts";
import { targetFlags } from "../flags.ts";

export const createCommand: Command = {
  name: "create",
  summary: "Create the database",
  description:
    "Creates the database that the URL or the target names, from another database of the same server. One that is " +
    "there already is left as it is, and that is no failure.\n\n" +
    "With --environment (or LOCKSTEP_ENVIRONMENT, or a target's name) the database learns which environment it is; " +
    "the first deploy tells it, too. A database that is production, or that --protect protects, is refused by " +
    "lockstep drop and lockstep reset whatever the config says. --force replaces what the database says of itself.\n\n" +
    "Creates no tables of yours: lockstep deploy does.",
  positionals: [],
  flags: [
    "environment",
    "protect",
    "owner",
    "encoding",
    "locale",
    "template",
    "maintenance",
    "force",
    ...targetFlags,
  ],
  examples: [
    { line: "lockstep create", doc: "The database that DATABASE_URL names." },
    {
      line: "lockstep create --owner app --environment staging",
      doc: "For a role, and it knows what it is.",
    },
    {
      line: "lockstep create --environment staging --force",
      doc: "A copy of production learns that it is none.",
    },
  ],
  run: async (context) => {
    const parts = partsOf(context);
    const { flags, signal, progress } = context;
    const report = await create(await deployPortsOf(parts, progress), {
      owner: flags.owner,
      encoding: flags.encoding,
      locale: flags.locale,
      template: flags.template,
      maintenance: flags.maintenance,
      protect: flags.protect === true,
      force: flags.force === true,
      signal,
    });
    return { json: report, text: "", talk: talkOf(report) };
  },
};

function talkOf({ created, database, environment, isProtected, notes }: CreateReport): string {
  const what = created ? "created" : "already there";
  const named = environment === undefined ? "" : `, environment ${environment}`;
  const guarded = isProtected ? ", protected" : "";
  return `${what}: ${database}${named}${guarded}\n${notes.map((note) => `  ${note}\n`).join("")}`;
}
