/** `lockstep data export`: rows into files that people and psql can read. */
import { formatDuration } from "../../core/duration.ts";
import { LockstepError } from "../../core/errors.ts";
import { toolVersion } from "../../core/version.ts";
import { noMask, readMaskRules, type MaskRules } from "../../data/mask/rules.ts";
import { exportSink, maskKeyOf, readDocument, streamSink } from "../../data-ports.ts";
import { dataExport, type DataExportReport } from "../../deploy/data-export.ts";
import type { Command, CommandContext } from "../command.ts";
import { partsOf } from "../compose.ts";
import { targetFlags } from "../flags.ts";
import { renderFindings } from "../render/human.ts";
import type { Style } from "../render/style.ts";
import { jobsOf } from "../jobs.ts";
import { counted } from "../render/counted.ts";

export const dataExportCommand: Command = {
  name: "data export",
  summary: "Write the rows into files, masked or sampled if wanted",
  description:
    "Reads the rows of one state of the database and writes them as text: --out NAME.sql is one file that psql " +
    "alone can load, in one transaction and in an order that foreign keys accept; any other --out is a folder with " +
    "a file per table and a manifest of counts and checksums; without --out the SQL goes to stdout. Columns that " +
    "the server computes are left out, partitioned tables are read by their root, foreign tables are named and " +
    "skipped. The database is not changed.\n\n" +
    "--mask FILE replaces values before they leave the server: null, a fixed value, a keyed hash, made-up names " +
    "and addresses, or SQL. The same value becomes the same replacement everywhere, so joins hold; " +
    "LOCKSTEP_MASK_KEY makes it so across exports. A rule that names no column is refused.\n\n" +
    "--sample N takes N rows of every table that refers to no other, up to --children of the rows that refer to " +
    "each of them, and everything that those refer to. --where TABLE=CONDITION may be repeated.",
  positionals: [],
  flags: ["outData", "tables", "where", "mask", "sample", "children", "jobs", ...targetFlags],
  examples: [
    { line: "lockstep data export --out rows.sql", doc: "One file for psql." },
    {
      line: "lockstep data export --out rows --mask mask.json --sample 100",
      doc: "A small part for a developer, without anybody's data.",
    },
    {
      line: "lockstep data export --out rows --tables 'app.*' --where app.orders=\"placed_at > '2026-01-01'\"",
      doc: "Some tables, and some rows of one.",
    },
  ],
  run: async (context) => {
    const parts = partsOf(context);
    const { flags, workingFolder, progress, signal } = context;
    const path = flags.outData;
    if (path === undefined && flags.json === true) {
      throw new LockstepError("USAGE.INVALID", "--json and rows can't both go to stdout", {
        next: "lockstep data export --out NAME.sql --json",
      });
    }
    const place = path === undefined ? undefined : exportSink({ workingFolder, path });
    const mask = await maskOf(context);
    const { database, direct } = await parts.target();
    const report = await dataExport(
      { clock: parts.clock, progress },
      {
        database: direct ?? database,
        ...(place ?? { sink: streamSink((bytes) => context.write(bytes)), form: "sql" as const }),
        jobs: jobsOf(context),
        tables: flags.tables ?? [],
        where: flags.where ?? {},
        ...{ mask, maskKey: await maskKeyOf(parts), toolVersion, signal },
        sample: sampleOf(context),
      },
    );
    return {
      json: report,
      text: path === undefined ? "" : `${report.path}\n`,
      talk: talkOf(report, context.style),
    };
  },
};

function sampleOf({ flags }: CommandContext): { rows: number; children: number } | undefined {
  if (flags.sample !== undefined) return { rows: flags.sample, children: flags.children ?? 10 };
  if (flags.children === undefined) return undefined;
  throw new LockstepError("USAGE.INVALID", "--children goes with --sample");
}

async function maskOf({ flags, workingFolder }: CommandContext): Promise<MaskRules> {
  if (flags.mask === undefined) return noMask;
  const place = { workingFolder, path: flags.mask, invalid: "DATA.MASK_INVALID" } as const;
  return readMaskRules(await readDocument(place), flags.mask);
}

function talkOf(report: DataExportReport, style: Style): string {
  const { tables, rows, bytes, masked, durationMs } = report;
  const size = `${(bytes / 1e6).toFixed(1)} MB`;
  const hidden = masked.length === 0 ? "" : `, ${masked.length} columns masked`;
  const what = `${counted(tables.length, "table")}, ${counted(rows, "row")}, ${size}${hidden}`;
  return `${renderFindings(report.findings, style)}exported: ${what}, in ${formatDuration(durationMs)}\n`;
}
