/** `lockstep data import`: the rows of an export into tables that are there. */
import { formatDuration } from "../../core/duration.ts";
import { readMapRules } from "../../data/map-rules.ts";
import { noMap, type MapRules } from "../../data/mapping.ts";
import { importSource, readDocument } from "../../data-ports.ts";
import { dataImport, type DataImportReport } from "../../deploy/data-import.ts";
import type { Command, CommandContext } from "../command.ts";
import { partsOf } from "../compose.ts";
import { targetFlags } from "../flags.ts";
import { renderFindings } from "../render/human.ts";
import type { Style } from "../render/style.ts";
import { jobsOf } from "../jobs.ts";
import { counted } from "../render/counted.ts";

export const dataImportCommand: Command = {
  name: "data import",
  summary: "Load an export's rows into tables that are there",
  description:
    "Loads what lockstep data export wrote, a folder or an SQL file, into a database whose schema may be newer: " +
    "columns are matched by name, new ones get their default, those that are gone are named. --map says what was " +
    "renamed and how values change: old.table.column=new_column, old_table=new_table, a JSON file or a module.\n\n" +
    "Tables are loaded in the order of their foreign keys, each in a transaction of its own: all of its rows or " +
    "none. Run again after anything that cut it off, it goes on where it stopped (the schema lockstep_import " +
    "records that, until it has ended). Sequences go on behind the rows. Tables that have rows are refused unless " +
    "--existing says what becomes of those.\n\n" +
    "A row that does not fit is named with table, line, column and reason, and stops the import; with --on-error " +
    "skip or file it is left out, and the command ends with 4. Triggers fire, unless --disable-triggers.",
  positionals: [{ name: "PATH", doc: "The folder or the SQL file.", count: "one" }],
  flags: ["tables", "map", "existing", "onError", "disableTriggers", "jobs", ...targetFlags],
  examples: [
    { line: "lockstep data import rows", doc: "Into the target, whose tables are empty." },
    {
      line: "lockstep data import rows.sql --map users.fullname=name,legacy_users=",
      doc: "A column was renamed, a table is left out.",
    },
    {
      line: "lockstep data import rows --existing skip --on-error file",
      doc: "Only what is new and fits.",
    },
  ],
  run: async (context) => {
    const parts = partsOf(context);
    const { flags, workingFolder, progress, signal } = context;
    const { database, direct } = await parts.target();
    const report = await dataImport(
      { clock: parts.clock, progress },
      {
        database: direct ?? database,
        source: importSource({ workingFolder, path: context.positionals[0] ?? "" }),
        jobs: jobsOf(context),
        tables: flags.tables ?? [],
        ...(await mapOf(context)),
        existing: flags.existing ?? "refuse",
        onError: flags.onError ?? "stop",
        disableTriggers: flags.disableTriggers === true,
        signal,
      },
    );
    return {
      json: report,
      text: "",
      talk: talkOf(report, context.style),
      exitCode: report.rejected > 0 ? 4 : 0,
    };
  },
};

export async function mapOf({
  flags,
  workingFolder,
}: CommandContext): Promise<{ readonly map: MapRules; readonly mapPairs: readonly string[] }> {
  const given = flags.map ?? [];
  let map = noMap;
  for (const path of given.filter((text) => !text.includes("="))) {
    const rules = readMapRules(
      await readDocument({ workingFolder, path, invalid: "DATA.MAP_INVALID" }),
      path,
    );
    map = {
      tables: { ...map.tables, ...rules.tables },
      columns: { ...map.columns, ...rules.columns },
      values: { ...map.values, ...rules.values },
      expressions: { ...map.expressions, ...rules.expressions },
    };
  }
  return { map, mapPairs: given.filter((text) => text.includes("=")) };
}

function talkOf(report: DataImportReport, style: Style): string {
  const { tables, rows, rejected, rejects, rejectsFile, durationMs, resumed } = report;
  const lines = rejects.map(({ table, file, line, column, sqlState, reason }) => {
    const where = line === undefined ? file : `${file}:${line}`;
    return `left out: ${where}: ${table}${column === undefined ? "" : `.${column}`}: ${reason} (${sqlState})\n`;
  });
  const more = rejected > rejects.length ? `left out: ${rejected - rejects.length} more\n` : "";
  const kept =
    rejectsFile === undefined ? "" : `the rows that were left out are in ${rejectsFile}\n`;
  const how = resumed ? "went on and imported" : "imported";
  const lost = rejected === 0 ? "" : `, ${rejected} left out`;
  const what = `${how} ${counted(tables.length, "table")}, ${counted(rows, "row")}${lost}, in ${formatDuration(durationMs)}: ${report.database}\n`;
  return `${renderFindings(report.findings, style)}${lines.join("")}${more}${kept}${what}`;
}
