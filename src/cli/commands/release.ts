/** `lockstep release`: a release of the schema in its changelog, and in git when asked for. */
import { LockstepError } from "../../core/errors.ts";
import { setTag } from "../../adapters/node/git-tag.ts";
import { squash } from "../../deploy/squash.ts";
import { release, type ReleaseReport } from "../../deploy/release.ts";
import { provePortsOf } from "../../prove-ports.ts";
import type { Command } from "../command.ts";
import { partsOf } from "../compose.ts";
import { counted } from "../render/counted.ts";
import { targetsOf } from "./squash.ts";

export const releaseCommand: Command = {
  name: "release",
  summary: "Write a release of the schema into its changelog",
  description:
    "Writes a section into CHANGELOG.md in the migrations folder: tables, columns, indexes and the like that were added, " +
    "changed or removed since the release before, by the difference of the two catalogs (replayed in scratch); the " +
    "migrations with their titles, authors and whether they have a way back; and for each of --targets when and by whom " +
    "they were applied, as its ledger says. A release ends with the newest migration, or with --to.\n\n" +
    "Run again it writes the same, with what has become known since. --squash squashes first (lockstep squash), which " +
    "sets the baseline's version. --tag sets the git tag schema-NAME once everything is committed. No database is changed.",
  positionals: [{ name: "NAME", doc: "The release, such as v1.2.0.", count: "one" }],
  flags: ["to", "targets", "squash", "tag", "major", "set", "target", "url", "config"],
  examples: [
    {
      line: "lockstep release v1.2.0 --targets staging,production",
      doc: "Its section of the changelog.",
    },
    { line: "lockstep release v1.2.0 --tag", doc: "After git commit: the tag schema-v1.2.0." },
  ],
  run: async (context) => {
    const { flags, signal, progress, workingFolder, positionals } = context;
    const parts = partsOf(context);
    const name = positionals[0] ?? "";
    const ports = await provePortsOf({ parts, workingFolder, progress });
    const today = new Date().toISOString().slice(0, 10);
    const targets = await targetsOf(context, parts);
    const common = { release: name, to: flags.to, targets, major: flags.major, today, signal };
    const project = await parts.wholeProject();
    const report = await release(ports, { ...common, project });
    const squashed =
      flags.squash === true ? await squash(ports, { ...common, project }) : undefined;
    const tag = `schema-${name}`;
    const isTagged =
      flags.tag === true
        ? await setTag(parts.projectFolder, tag).catch((error: unknown) => {
            throw withoutTag(error, report, squashed !== undefined);
          })
        : undefined;
    const json = {
      ...report,
      squashed: squashed?.outcome ?? null,
      tag: isTagged === undefined ? null : tag,
    };
    const lines = [
      describe(report),
      ...(squashed === undefined ? [] : [`squash: ${squashed.outcome}`]),
      ...(isTagged === undefined
        ? []
        : [isTagged ? `tag ${tag} set` : `tag ${tag} is there already`]),
    ];
    return { json, text: "", talk: `${lines.join("\n")}\n` };
  },
};

function describe({ version, changelog, isWritten, entry }: ReleaseReport): string {
  const changes = entry.groups.map(
    ({ title, changes: all }) => `${all.length} ${title.toLowerCase()}`,
  );
  const what = `${version}: ${counted(entry.migrations.length, "migration")} up to ${entry.upTo}, ${changes.join(", ") || "no change of the schema"}`;
  return `${what}\n${changelog} ${isWritten ? "written" : "is up to date"}`;
}

/** The tag comes last: what was written before it stays. */
function withoutTag(error: unknown, report: ReleaseReport, isSquashed: boolean): unknown {
  if (!(error instanceof LockstepError)) return error;
  const written = report.isWritten ? "is written" : "is up to date";
  const squash = isSquashed ? ", the project is squashed" : "";
  return error.with({ state: `${report.changelog} ${written}${squash}; no tag was set` });
}
