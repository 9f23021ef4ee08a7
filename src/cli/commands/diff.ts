/** `lockstep diff [NAME]`: what leads from one schema to another, shown or written as a migration. */
import { gitUserName } from "../../adapters/node/git.ts";
import { LockstepError } from "../../core/errors.ts";
import { diff, type DiffOptions, type DiffReport } from "../../deploy/diff.ts";
import { writeMigration, type WrittenDiff } from "../../deploy/write-migration.ts";
import type { SchemaPlan } from "../../plan/schema_plan.ts";
import { planSql } from "../../plan/statement_text.ts";
import { sourcePortsOf } from "../../source-ports.ts";
import { loadParser } from "../../sql/parse.ts";
import { secretsForPsql } from "../../sql/psql/secrets.ts";
import { mayNameSecrets } from "../../sql/secrets.ts";
import type { Command, CommandContext, CommandResult } from "../command.ts";
import { partsOf } from "../compose.ts";
import { targetFlags } from "../flags.ts";
import { chooseRenames } from "../choose-renames.ts";
import { proofTalk, stepList } from "../render/proof-of-plan.ts";
import { versionChoice } from "../version-choice.ts";

export const diffCommand: Command = {
  name: "diff",
  summary: "Plan the way from one schema to another, or write it as a migration",
  description:
    "Reads two schemas and prints the statements that make the first one equal to the second: altered wherever " +
    "PostgreSQL can alter, in an order that works. --sql prints SQL with BEGIN and COMMIT around each transaction, " +
    "which psql runs; without it the steps are listed. Nothing is changed on either side.\n\n" +
    "With a NAME it writes the plan as a migration, named as the newest ones there are, with the way back beside it, " +
    "which says what it cannot bring back, and adds its line to lockstep.lock. Nothing is written when the two are " +
    "equal.\n\n" +
    "SOURCE is empty, baseline, migrations, declared, live (the target), file:PATH (an SQL file or a folder of " +
    "them), backup:PATH (a backup of lockstep) or a postgres:// URL. By default from migrations to declared.\n\n" +
    "The plan is proved before it is shown: tried on a copy of the first schema in scratch, with rows in the tables " +
    "that it touches. A plan that does not lead to the second schema, or loses rows without saying so, is refused " +
    "(DIFF.UNPROVED). --no-prove leaves that out.\n\n" +
    "A plan that drops something is refused (DIFF.DROPS) until --allow-drop names its kind; with --additive it " +
    "drops nothing, and says what it left. --exit-code ends with 4 when the two differ.",
  positionals: [
    {
      name: "NAME",
      doc: "What the migration does, in a few words; without it, none is written.",
      count: "many",
    },
  ],
  flags: [
    "fromSource",
    "toSource",
    "sql",
    "allowDrop",
    "additive",
    "columnOrder",
    "filter",
    "noProve",
    "noDown",
    "timestamp",
    "sequential",
    "force",
    "exitCode",
    "major",
    "roles",
    "set",
    ...targetFlags,
  ],
  examples: [
    {
      line: "lockstep diff add phone to customers",
      doc: "The migration that the edited declared schema asks for.",
    },
    {
      line: "lockstep diff --from live --to file:schema.sql --sql",
      doc: "The SQL that brings the target to a file.",
    },
    {
      line: "lockstep diff --from live --to migrations --exit-code",
      doc: "Whether somebody changed the target by hand.",
    },
    { line: "lockstep diff --filter 'app.*,!view:*'", doc: "Of one schema, and no views." },
  ],
  run: async (context) =>
    context.positionals.length === 0 ? await show(context) : await write(context),
};

async function show(context: CommandContext): Promise<CommandResult> {
  const parts = partsOf(context);
  const { flags, workingFolder, progress } = context;
  const ports = sourcePortsOf({ parts, workingFolder, progress });
  const { report } = await diff(ports, { ...(await optionsOf(context)), inverse: false });
  return {
    json: report,
    text: flags.sql === true ? await sqlOf(report.plan) : stepList(report.plan),
    talk: talkOf(report) + (await strategyTalk(context, report)),
    exitCode: !report.equal && flags.exitCode === true ? 4 : 0,
  };
}

async function write(context: CommandContext): Promise<CommandResult> {
  refuseSources(context.positionals);
  const parts = partsOf(context);
  const { flags, workingFolder, progress } = context;
  const ports = sourcePortsOf({ parts, workingFolder, progress });
  const report = await writeMigration(ports, {
    ...(await optionsOf(context)),
    name: context.positionals.join(" "),
    files: parts.files,
    project: await parts.project(),
    version: versionChoice(flags),
    acceptVague: flags.force === true,
    author: await gitUserName(parts.projectFolder),
    now: new Date(),
    withWayBack: flags.noDown !== true,
  });
  return {
    json: report,
    text: flags.sql === true ? await sqlOf(report.plan) : writtenFiles(report),
    talk:
      stepList(report.plan) +
      talkOf(report) +
      (await strategyTalk(context, report)) +
      majorTalk(context, report) +
      (await context.sameTarget(adoptionTalk(report, flags.toSource))),
    exitCode: !report.equal && flags.exitCode === true ? 4 : 0,
  };
}

/** Whoever deploys by difference rarely asks for a way that begins at the migrations, or at nothing. */
async function strategyTalk(context: CommandContext, { equal }: DiffReport): Promise<string> {
  const { fromSource, toSource } = context.flags;
  if (equal || fromSource !== undefined || toSource !== undefined) return "";
  if ((await partsOf(context).config()).strategy !== "declarative") return "";
  const plan = await context.sameTarget("lockstep plan");
  return `strategy is declarative: deploys run no migrations, and plan from the database itself: ${plan}\n`;
}

/** Two schemas are what others' commands of this name take; here they would become a migration's name. */
function refuseSources(names: readonly string[]): void {
  const isWord = (name: string): boolean => sourceWords.has(name);
  const isAddress = names.some((name) => /:\/\//.test(name));
  const isSource = isAddress || names.some((name) => /^(?:file|backup):/.test(name));
  if (!isSource && !(names.length === 2 && names.every(isWord))) return;
  // An address may hold a password.
  const [from, to] = isAddress || names.length !== 2 ? ["SOURCE", "SOURCE"] : names;
  throw new LockstepError("USAGE.INVALID", "diff takes schemas by flags, and a migration's name", {
    next: `lockstep diff --from ${from} --to ${to}`,
  });
}

const sourceWords: ReadonlySet<string> = new Set([
  "empty",
  "baseline",
  "migrations",
  "declared",
  "live",
]);

/** Where no database says which server it is for, it may say what an older one does not know. */
function majorTalk({ flags }: CommandContext, { major, equal }: WrittenDiff): string {
  const isTold = flags.major !== undefined || isDatabase(flags.toSource);
  if (equal || isTold) return "";
  return `made and proved on PostgreSQL ${major}; for servers of another major: --major N\n`;
}

function isDatabase(source: string | undefined): boolean {
  return source === "live" || /^postgres(?:ql)?:/i.test(source ?? "");
}

/** A migration that was written after a database is in that database already. */
function adoptionTalk({ to, migration }: WrittenDiff, source: string | undefined): string {
  if (migration === undefined || !isDatabase(source)) return "";
  return `${to} has it already; there, instead of deploying it: lockstep repair --mark-done ${migration.id}\n`;
}

/** As psql runs it. Secrets are read by psql, and stand nowhere in it. */
async function sqlOf({ segments }: SchemaPlan): Promise<string> {
  const sql = planSql(segments);
  return mayNameSecrets(sql) ? secretsForPsql(sql, await loadParser()) : sql;
}

async function optionsOf(context: CommandContext): Promise<Omit<DiffOptions, "inverse">> {
  const { flags } = context;
  const { columnOrder } = await partsOf(context).config();
  return {
    columnOrder: flags.columnOrder ?? columnOrder,
    from: flags.fromSource,
    to: flags.toSource ?? "declared",
    allowDrop: flags.allowDrop ?? [],
    additive: flags.additive === true,
    only: flags.filter ?? [],
    prove: flags.noProve !== true,
    major: flags.major,
    clock: partsOf(context).clock,
    choose: (suggestions) => chooseRenames(context, suggestions),
  };
}

function writtenFiles({ migration }: WrittenDiff): string {
  return (migration?.written ?? []).map((path) => `${path}\n`).join("");
}

function talkOf(report: DiffReport): string {
  const findings = report.findings.map(({ code, message, object }) => {
    const what = object === undefined ? "" : `${object}: `;
    return `${code}: ${what}${message}\n`;
  });
  const kept = report.leftOut.map((object) => `left as it is (--additive): ${object}\n`);
  const { otherOrder } = report.plan;
  const order =
    otherOrder.length === 0 ? "" : `columns stay in another order: ${named(otherOrder)}\n`;
  const sides = `${report.from} -> ${report.to}`;
  const { segments } = report.plan;
  const steps = segments.reduce((sum, segment) => sum + segment.steps.length, 0);
  const transactions = segments.length === 1 ? "" : ` in ${segments.length} transactions`;
  const count = steps === 1 ? "1 step" : `${steps} steps`;
  const summary = report.equal ? `equal: ${sides}\n` : `${count}${transactions}: ${sides}\n`;
  return findings.join("") + kept.join("") + order + proofTalk(report.proof) + summary;
}

const namedMax = 5;

function named(tables: readonly string[]): string {
  const names = tables.slice(0, namedMax).map((id) => id.replace(/^table:/, ""));
  const more = tables.length - names.length;
  return `${names.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
