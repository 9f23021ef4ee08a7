/** `lockstep rebuild`: a new database from the project, filled with the old one's rows, and put in its place. */
import { formatDuration } from "../../core/duration.ts";
import { rebuild, type RebuildReport } from "../../deploy/rebuild.ts";
import { deployPortsOf } from "../../deploy-ports.ts";
import type { Command } from "../command.ts";
import { partsOf } from "../compose.ts";
import { targetFlags } from "../flags.ts";
import { renderFindings } from "../render/human.ts";
import type { Style } from "../render/style.ts";
import { jobsOf } from "../jobs.ts";
import { mapOf } from "./data-import.ts";

export const rebuildCommand: Command = {
  name: "rebuild",
  summary: "Make the database anew from the project, and keep its rows",
  description:
    "For projects without migrations, and for changes that would rewrite everything anyway. Makes a new database " +
    "beside the old one as a deploy makes a fresh one, copies the rows straight from the one to the other over " +
    "--jobs connections, makes keys and indexes once they are there, compares every table by count and checksum " +
    "and the structure by fingerprint, and then gives the new one the old one's name, in one transaction. The old " +
    "one is kept as NAME_before_TIME. Rows that the project brings itself are added where their key is not there.\n\n" +
    "From before the copy until the switch, whoever reads the old database goes on, and whoever writes waits: " +
    "every table is locked against writers, so no row is lost. At the switch all sessions are ended; the " +
    "application connects again and is in the new database. Killed at any moment, the old database is as it was, " +
    "writers go on, and the next rebuild clears up and begins anew.\n\n" +
    "Columns are matched as by lockstep data import, with --map. What has rows or values and no place in the new " +
    "schema is refused until --allow-drop table,column. --dry-run makes the structure only and says what would go " +
    "where; --no-switch leaves the new database beside the old one. Where the database is what the project makes " +
    "already, nothing is copied, unless --force.\n\n" +
    "With --replicate writers go on during the copy, and their changes are made again in the new database; they " +
    "wait only for the last of them, usually a second or two: when these take longer than --max-pause, writers go " +
    "on and it is tried again. Where changes come faster than they can be made again, it gives up after --timeout " +
    "without progress and says how fast they come. It needs wal_level=logical and a role with " +
    "REPLICATION. Tables without a primary key, and those whose values a map makes, are copied while writers wait; " +
    "they are named.\n\n" +
    "With --to URL the new database is made on another server, under the name that the URL says. At the switch the " +
    "old one is renamed all the same, so that whoever still goes there gets an error and no row is lost.",
  positionals: [],
  flags: [
    ...(["map", "allowDrop", "dryRun", "noSwitch", "replicate", "maxPause", "toServer"] as const),
    ...(["countOnly", "jobs"] as const),
    ...(["timeout", "maintenance", "set", "force", "yes"] as const),
    ...targetFlags,
  ],
  examples: [
    {
      line: "lockstep rebuild --dry-run",
      doc: "Whether it could be done, and what would go where.",
    },
    { line: "lockstep rebuild --yes --jobs 4", doc: "Do it, over four connections." },
    {
      line: "lockstep rebuild --yes --replicate",
      doc: "While the application writes; it waits for the switch alone.",
    },
    {
      line: "lockstep rebuild --yes --replicate --to postgres://db2.example.org/shop",
      doc: "Onto another server, such as one of a newer major.",
    },
    {
      line: "lockstep rebuild --yes --map users.fullname=name --allow-drop column",
      doc: "A column has another name, others may go.",
    },
  ],
  run: async (context) => {
    const parts = partsOf(context);
    const { flags, progress, signal } = context;
    const project = await parts.project();
    const ports = await deployPortsOf(parts, progress);
    const isLook = flags.dryRun === true || flags.noSwitch === true;
    if (!isLook && flags.yes !== true) {
      const question =
        flags.toServer === undefined
          ? `Put a new database in the place of ${ports.database.label}? Its sessions are ended.`
          : `Move ${ports.database.label} to another server? Its sessions are ended, and it gets another name.`;
      await context.confirm(question, "lockstep rebuild --yes");
    }
    const report = await rebuild(
      {
        ...ports,
        readCatalog: async (session, filter) => {
          const { readCatalog } = await import("../../adapters/postgres/catalog/read.ts");
          return await readCatalog(session, filter);
        },
      },
      {
        ...{ project, jobs: jobsOf(context), signal, ...(await mapOf(context)) },
        allowDrop: flags.allowDrop ?? [],
        checksums: flags.countOnly !== true,
        noSwitch: flags.noSwitch === true,
        replicate: flags.replicate === true,
        to: flags.toServer === undefined ? undefined : await parts.databaseAt(flags.toServer),
        dryRun: flags.dryRun === true,
        force: flags.force === true,
        timeoutMs: flags.timeout ?? 60_000,
        pauseMs: flags.maxPause ?? 10_000,
        maintenance: flags.maintenance,
        now: new Date().toISOString().slice(0, 19),
      },
    );
    return { json: report, text: textOf(report), talk: talkOf(report, context.style) };
  },
};

/** What a script goes on with: where the rows of before are, or where the new database is. */
function textOf(report: RebuildReport): string {
  if (report.outcome === "unchanged") return "";
  if (report.outcome === "dry-run") {
    return report.tables
      .map(({ table, from }) => `${from}${table === from ? "" : ` -> ${table}`}\n`)
      .join("");
  }
  return `${report.kept ?? report.next}\n`;
}

function talkOf(report: RebuildReport, style: Style): string {
  if (report.outcome === "unchanged") {
    return `nothing to do: ${report.database} is what the project makes (--force copies it all the same)\n`;
  }
  const { tables, rows, added, ended, outcome } = report;
  const findings = renderFindings(report.findings, style);
  if (outcome === "dry-run") {
    return `${findings}would copy ${tables.length} tables; nothing was changed: ${report.database}\n`;
  }
  const own = added === 0 ? "" : `, ${added} rows of the project added`;
  const objects = report.largeObjects === 0 ? "" : `, ${report.largeObjects} large objects`;
  const later = report.replayed === 0 ? "" : `, ${report.replayed} changes since then`;
  const what = `${tables.length} tables, ${rows} rows copied and compared${objects}${later}${own}, in ${formatDuration(report.durationMs)}\n`;
  if (outcome === "built") return `${findings}built ${report.next}: ${what}`;
  const times = `writers waited ${formatDuration(report.fencedMs)}, the switch took ${formatDuration(report.switchMs)} and ended ${ended} sessions\n`;
  const undo = `the old database is ${report.kept ?? ""}; drop it when nobody misses it\n`;
  const moved =
    report.to === undefined
      ? ""
      : `the new database is ${report.to}; point the application at it\n`;
  return `${findings}rebuilt ${report.database}: ${what}${times}${moved}${undo}`;
}
