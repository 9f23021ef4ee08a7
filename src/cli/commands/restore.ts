/** `lockstep restore`: a backup into an empty database, beside the old one, or single tables back into a live one. */
import { formatDuration } from "../../core/duration.ts";
import { LockstepError } from "../../core/errors.ts";
import { resolve } from "node:path";
import { pgRestore } from "../../deploy/pg-client.ts";
import { isPgDumpFolder, pgClientPortsOf } from "../../foreign-ports.ts";
import { restore } from "../../deploy/restore.ts";
import { restoreAndSwitch } from "../../deploy/restore-beside.ts";
import { restoreTables } from "../../deploy/restore-tables.ts";
import { readIdentity } from "../../adapters/node/identity.ts";
import type { BackupKey } from "../../backup/cipher.ts";
import type { BackupPorts } from "../../deploy/steps/backup/ports.ts";
import type { PutBackCounts } from "../../deploy/steps/restore/put-back.ts";
import { backupKeyOf, backupPortsOf } from "../../backup-ports.ts";
import type { Parts } from "../../compose.ts";
import type { Database } from "../../ports/database.ts";
import { quoteQualifiedName } from "../../sql/quote.ts";
import type { Command, CommandContext, CommandResult } from "../command.ts";
import { partsOf } from "../compose.ts";
import { targetFlags } from "../flags.ts";
import { renderFindings, renderTable } from "../render/human.ts";
import { plain } from "../render/style.ts";
import { jobsOf } from "../jobs.ts";
import { counted } from "../render/counted.ts";

export const restoreCommand: Command = {
  name: "restore",
  summary: "Restore a backup: into an empty database, beside the old one, or single tables",
  description:
    "Makes in an empty database what the backup holds: first what the rows need, then the rows over several " +
    "connections, then keys, indexes, triggers and the rest. Afterwards the rows are counted and the structure is " +
    "compared with the backup's. A database that has objects of its own is refused, and roles that are missing " +
    "are named before anything is changed.\n\n" +
    "With --switch it makes a new database beside the target, restores into that, and exchanges the names in one " +
    "transaction. Sessions in the target are ended for it; the old database stays, under another name. No deploy runs " +
    "meanwhile: it holds the deploy locks (--lock-wait).\n\n" +
    "With --tables it puts the rows of these tables back into a live database, by their keys, in one transaction: " +
    "rows that are missing are added, rows that differ are written over, others stay unless --exact says " +
    "otherwise. It shows the numbers first and asks; --plan-only stops there. Triggers do not fire, foreign keys " +
    "are checked.\n\n" +
    "Whatever cuts it off, the same command, run again, goes on where it stopped. It does nothing when the database " +
    "is the backup's already, row by row.",
  positionals: [
    { name: "PLACE", doc: "The backup's folder, or its URL in a store.", count: "one" },
  ],
  flags: [
    ...(["toUrl", "switch", "tables", "exact", "planOnly", "yes", "maintenance"] as const),
    ...(["jobs", "lockWait"] as const),
    ...targetFlags,
  ],
  examples: [
    {
      line: "lockstep restore backups/b1 --to postgres://localhost/shop_restored",
      doc: "Into a database that is there and empty.",
    },
    { line: "lockstep restore backups/b1 --switch --yes", doc: "In the target's place." },
    {
      line: "lockstep restore backups/b1 --tables orders,billing.invoice",
      doc: "What was deleted or changed by mistake.",
    },
  ],
  run: async (context) => {
    const { flags } = context;
    if (flags.tables !== undefined && flags.switch === true) {
      throw new LockstepError("USAGE.INVALID", "--tables and --switch are both given", {
        next: "Leave one of the two out.",
      });
    }
    if (flags.tables !== undefined) return await tablesBack(context, flags.tables);
    for (const name of ["exact", "planOnly"] as const) {
      if (flags[name] !== true) continue;
      throw new LockstepError("USAGE.INVALID", "--exact and --plan-only go with --tables", {
        next: "lockstep restore PLACE --tables TABLE,...",
      });
    }
    return flags.switch === true ? await inItsPlace(context) : await intoEmpty(context);
  },
};

async function intoEmpty(context: CommandContext): Promise<CommandResult> {
  const path = resolve(context.workingFolder, context.positionals[0] ?? "");
  if (await isPgDumpFolder(path)) return await byPgRestore(context, path);
  const { database, ports, key } = await surroundings(context);
  const report = await restore(ports, {
    ...{ database, jobs: jobsOf(context), key, signal: context.signal },
  });
  if (!report.already) {
    return { json: report, text: "", talk: restoredText(report, context) + advice };
  }
  const talk = `nothing to do: ${report.database} has the structure, the rows and the sequences of this backup\n`;
  return { json: report, text: "", talk };
}

/** What pg_dump wrote, only pg_restore reads. */
async function byPgRestore(context: CommandContext, path: string): Promise<CommandResult> {
  const parts = partsOf(context);
  const database = await databaseOf(parts, context.flags.toUrl);
  const ports = await pgClientPortsOf(parts);
  const report = await pgRestore(ports, { database, path, jobs: jobsOf(context) });
  const took = formatDuration(report.durationMs);
  const talk = `restored by pg_restore ${report.engineMajor} in ${took}: ${report.database}\n`;
  return { json: report, text: "", talk: talk + advice };
}

const advice = "run ANALYZE before the application uses it\n";

interface Restored {
  readonly resumed: boolean;
  readonly tables: number;
  readonly rows: number;
  readonly durationMs: number;
  readonly database: string;
  readonly findings: Parameters<typeof renderFindings>[0];
}

function restoredText(report: Restored, { style }: CommandContext): string {
  const { tables, rows, durationMs, resumed, findings, database } = report;
  const how = resumed ? "went on and restored" : "restored";
  const what = `${how} ${counted(tables, "table")}, ${counted(rows, "row")} in ${formatDuration(durationMs)}`;
  return `${renderFindings(findings, style)}${what}: ${database}\n`;
}

async function inItsPlace(context: CommandContext): Promise<CommandResult> {
  const { ports, database, key } = await surroundings(context);
  const { flags, signal } = context;
  const parts = partsOf(context);
  const { scope } = await parts.config();
  const report = await restoreAndSwitch(ports, {
    ...{ database, key, jobs: jobsOf(context), signal, scope, lockWaitMs: flags.lockWait },
    identity: readIdentity(parts.projectFolder, await parts.environment()),
    maintenance: flags.maintenance,
    now: new Date(),
    confirm: async ({ takenAt }) => {
      if (flags.yes === true) return;
      const question = `Put the backup of ${takenAt} in the place of ${database.label}, and end the sessions there?`;
      await context.confirm(question, again(context, "--switch --yes"));
    },
  });
  const old = `the old database is now called ${report.retired}; sessions ended: ${report.ended}\n`;
  return { json: report, text: "", talk: restoredText(report, context) + old + advice };
}

async function tablesBack(
  context: CommandContext,
  tables: readonly string[],
): Promise<CommandResult> {
  const { ports, database, key } = await surroundings(context);
  const { flags } = context;
  const exact = flags.exact === true;
  const report = await restoreTables(ports, {
    ...{ database, tables, key, exact },
    planOnly: flags.planOnly === true,
    confirm: async (changes) => {
      if (flags.yes === true) return;
      context.note(changesText(changes, exact));
      const question = `Change these rows of ${database.label}?`;
      const words = `--tables ${tables.join(",")}${exact ? " --exact" : ""} --yes`;
      await context.confirm(question, again(context, words));
    },
  });
  const text = changesText(report.tables, exact);
  const outcomes = {
    restored: `put back in ${formatDuration(report.durationMs)}: ${report.database}\n`,
    planned: "nothing was changed\n",
    "nothing-to-do": "nothing to do: every row is as in the backup\n",
  };
  return { json: report, text, talk: outcomes[report.outcome] };
}

function changesText(changes: readonly PutBackCounts[], exact: boolean): string {
  const rows = changes.map(({ schema, name, missing, different, surplus, ignored }) => [
    quoteQualifiedName(schema, name),
    String(missing),
    String(different),
    `${surplus}${surplus === 0 ? "" : exact ? " deleted" : " stay"}`,
    ignored.join(", "),
  ]);
  const columns = ["table", "added", "changed", "not in the backup", "columns left out"];
  return renderTable(columns, rows, plain);
}

/** A URL may hold a password, so it is not repeated. */
function again({ positionals, flags }: CommandContext, words: string): string {
  const to = flags.toUrl === undefined ? "" : " --to URL";
  return `lockstep restore ${positionals[0] ?? "PLACE"}${to} ${words}`;
}

interface Surroundings {
  readonly database: Database;
  readonly ports: BackupPorts;
  readonly key: BackupKey;
}

async function surroundings(context: CommandContext): Promise<Surroundings> {
  const parts = partsOf(context);
  const { workingFolder, progress, flags } = context;
  const path = context.positionals[0] ?? "";
  const key = await backupKeyOf(parts);
  const ports = await backupPortsOf({ parts, workingFolder, path, progress });
  return { key, ports, database: await databaseOf(parts, flags.toUrl) };
}

async function databaseOf(parts: Parts, url: string | undefined): Promise<Database> {
  if (url !== undefined) return await parts.databaseAt(url);
  const { database, direct } = await parts.target();
  return direct ?? database;
}
