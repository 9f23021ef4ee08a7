/** `lockstep dump SOURCE`: a schema as SQL, as a person could have written it. */
import { dump, type DumpReport } from "../../deploy/dump.ts";
import { writeDump } from "../../deploy/write-dump.ts";
import { LockstepError } from "../../core/errors.ts";
import { sourcePortsOf } from "../../source-ports.ts";
import type { Parts } from "../../compose.ts";
import type { Command, CommandContext, CommandResult } from "../command.ts";
import { partsOf } from "../compose.ts";
import { targetFlags } from "../flags.ts";

export const dumpCommand: Command = {
  name: "dump",
  summary: "Write a schema as SQL",
  description:
    "Prints the schema as SQL on stdout: one object per paragraph with its comments, owner and grants, in an order " +
    "that loads, the same text for the same schema. psql loads it, and loading it gives the same fingerprint.\n\n" +
    "SOURCE is empty, baseline, migrations, declared, live (the target), file:PATH (an SQL file or a folder of " +
    "them), backup:PATH (a backup of lockstep) or a postgres:// URL. A database is only read.\n\n" +
    "--split writes one file per object into the folder --out, which file:FOLDER loads again. --timestamped " +
    "writes schema_export_YYYYMMDD_HHMMSS.sql into the folder --out, and the same text as latest_schema.sql; of " +
    "migrations, and of a target that has a project's, its header names the newest that is in it.",
  positionals: [{ name: "SOURCE", doc: "Which schema.", count: "one" }],
  flags: [
    "out",
    "split",
    "timestamped",
    "noOwner",
    "noGrants",
    "major",
    "roles",
    "set",
    ...targetFlags,
  ],
  examples: [
    { line: "lockstep dump live > schema.sql", doc: "The target's schema in a file." },
    { line: "lockstep dump live --split --out schema", doc: "A file per object." },
    { line: "lockstep dump live --timestamped --out exports", doc: "An export to keep." },
  ],
  run: async (context) => {
    const { flags, workingFolder, progress } = context;
    refuseCombinations(context);
    const parts = partsOf(context);
    const report = await dump(sourcePortsOf({ parts, workingFolder, progress }), {
      source: context.positionals[0] ?? "",
      split: flags.split === true,
      owners: flags.noOwner !== true,
      grants: flags.noGrants !== true,
      major: flags.major,
    });
    if (flags.out === undefined && flags.timestamped !== true) return printed(report);
    const { filesIn } = await import("../../dump-files.ts");
    const target = await filesIn(workingFolder, flags.out ?? ".", {
      isFolder: flags.split === true || flags.timestamped === true,
    });
    const timestamped = flags.timestamped === true;
    const includes = timestamped ? await newestIn(context, parts) : undefined;
    const written = await writeDump(report, target, { timestamped, includes });
    const json = { source: report.source, major: report.major, written, findings: report.findings };
    return {
      json,
      text: "",
      talk: `${findingLines(report)}${written.length} files written: ${target.label}\n`,
    };
  },
};

/** Where migrations lead there: all of them, or of the target those that it has, with none lacking in between. */
async function newestIn(context: CommandContext, parts: Parts): Promise<string | undefined> {
  const source = context.positionals[0];
  if (source !== "migrations" && source !== "live") return undefined;
  const project = await parts.project();
  const ids = project.migrations.map(({ id }) => id);
  if (source === "migrations" || ids.length === 0) return ids.at(-1);
  const { deployPortsOf } = await import("../../deploy-ports.ts");
  const { status } = await import("../../deploy/status.ts");
  const { signal } = context;
  const found = await status(await deployPortsOf(parts, () => undefined), { project, signal });
  const lacking = new Set(found.pending.map(({ id }) => id));
  const first = ids.findIndex((id) => lacking.has(id));
  const isWhole = ids.slice(first).every((id) => lacking.has(id));
  if (found.target !== "ours" || (first >= 0 && !isWhole)) return undefined;
  return first < 0 ? ids.at(-1) : ids[first - 1];
}

function refuseCombinations({ flags }: CommandContext): void {
  if (flags.split === true && flags.out === undefined) {
    throw new LockstepError("USAGE.INVALID", "--split needs the folder to write to", {
      next: "lockstep dump SOURCE --split --out schema",
    });
  }
  if (flags.split === true && flags.timestamped === true) {
    throw new LockstepError("USAGE.INVALID", "--split and --timestamped do not go together", {
      next: "leave one of the two out",
    });
  }
}

function printed(report: DumpReport): CommandResult {
  return { json: report, text: report.files[0]?.text ?? "", talk: findingLines(report) };
}

function findingLines(report: DumpReport): string {
  return report.findings
    .map(({ code, message, object }) => {
      const what = object === undefined ? "" : `${object}: `;
      return `${code}: ${what}${message}\n`;
    })
    .join("");
}
