/** `lockstep deploy`: brings the target to what the project says. */
import { formatDuration } from "../../core/duration.ts";
import { LockstepError } from "../../core/errors.ts";
import { endOfTurn } from "../../core/turn.ts";
import { deploy as runDeploy } from "../../deploy/deploy.ts";
import type { DeployReport } from "../../deploy/report.ts";
import { deployPortsOf } from "../../deploy-ports.ts";
import { resolve } from "node:path";
import { readTextFile } from "../../adapters/node/text-file.ts";
import type { Parts } from "../../compose.ts";
import { parsePlanFile, type PlanFile } from "../../plan/plan-file.ts";
import { assumptionOf, type Assumption } from "../../project/assumption.ts";
import type { Project } from "../../project/project.ts";
import { mayRunMigrations } from "../../project/run-migrations.ts";
import { proofTalk } from "../render/proof-of-plan.ts";
import type { Command, CommandContext, CommandResult } from "../command.ts";
import { partsOf } from "../compose.ts";
import { targetFlags } from "../flags.ts";
import { backupLine } from "../render/backup-line.ts";
import { counted } from "../render/counted.ts";
import { renderFindings } from "../render/human.ts";
import { planText } from "../render/plan.ts";

export const deploy: Command = {
  name: "deploy",
  summary: "Bring the database to what the project says",
  description:
    "An empty database gets the baseline, if there is one, and the migrations after it; an existing one gets the " +
    "migrations that it lacks, in order. Each file runs in one transaction together with its row in the ledger; " +
    "statements that can run in none are found by the parser and run alone. When nothing is lacking it ends after " +
    "one query.\n\n" +
    'With strategy: "declarative" it plans by difference from the live schema to the declared one, applies the plan ' +
    "and looks whether it led there. Dropping needs --allow-drop or allowDrop in the config; with --additive nothing " +
    "is dropped and what is not declared stays. The plan is proved in scratch first; --no-prove leaves that out.\n\n" +
    "--plan carries out the statements of a file of lockstep plan --out, without planning again, and refuses " +
    "(PLAN.STALE) when the target, or a file that the plan applies, is not as it was when the plan was made.\n\n" +
    "Whatever happens on the way, the same command, run again, goes on where it stopped. A database that has " +
    "objects and no ledger is refused: lockstep adopt. Where lockstep.lock has a fingerprint, the live schema is held " +
    "against it at the end; drift is an error (VERIFY.DRIFT), and what was applied stays.\n\n" +
    "Before the first change, what the plan can harm is backed up: tables whose rows it updates, deletes, drops or " +
    "narrows, or the whole database when that is small or when nobody can tell. --backup or backup in the config " +
    "says otherwise; the development database is never backed up unless asked. Without the backup that is due " +
    "nothing is applied.\n\n" +
    "With RUN_MIGRATIONS=false it changes nothing and compares the ledger with the files: exit 4 when they differ.",
  positionals: [],
  flags: [
    "to",
    "planOnly",
    "planFile",
    "noProve",
    "seed",
    "allowEdited",
    "allowMissing",
    "allowOutOfOrder",
    "allowDrop",
    "additive",
    "columnOrder",
    "splitBaseline",
    "verify",
    "backup",
    "backupTo",
    "lockWait",
    "environment",
    "set",
    ...targetFlags,
  ],
  examples: [
    { line: "lockstep deploy", doc: "To the database that DATABASE_URL names." },
    { line: "lockstep deploy --plan-only", doc: "What it would do, as SQL." },
    { line: "RUN_MIGRATIONS=false lockstep deploy", doc: "At an application's start: only look." },
  ],
  run: async (context) => {
    const parts = partsOf(context);
    const { flags, signal, progress } = context;
    const environment = await parts.environment();
    const ports = await deployPortsOf(parts, progress);
    const pinned = await planFileOf(context);
    const report = await runDeploy(ports, {
      project: { config: await parts.projectConfig(), read: () => readLater(parts) },
      verifyOnly: !mayRunMigrations(environment),
      planOnly: flags.planOnly === true,
      prove: flags.noProve !== true,
      ...pinned,
      seed: flags.seed === true,
      ...(flags.allowOutOfOrder === undefined ? {} : { allowOutOfOrder: flags.allowOutOfOrder }),
      ...(flags.allowDrop === undefined ? {} : { allowDrop: flags.allowDrop }),
      ...(flags.additive === undefined ? {} : { additive: flags.additive }),
      ...(flags.columnOrder === undefined ? {} : { columnOrder: flags.columnOrder }),
      allowEdited: flags.allowEdited ?? [],
      allowMissing: flags.allowMissing === true,
      splitBaseline: flags.splitBaseline === true,
      to: flags.to,
      ...(flags.verify === undefined ? {} : { verify: flags.verify }),
      backup: { policy: flags.backup, to: flags.backupTo },
      today: new Date().toISOString().slice(0, 10),
      ...(flags.lockWait === undefined ? {} : { lockWaitMs: flags.lockWait }),
      signal,
    });
    const isOfBaseline = report.outcome === "deployed" && report.included.length > 0;
    const assumption = isOfBaseline ? assumptionOf(await parts.project()) : undefined;
    return resultOf(report, context, assumption);
  },
};

/** One turn later, when the server has been asked. */
async function readLater(parts: Parts): Promise<Project> {
  await endOfTurn();
  return await parts.project();
}

/** The choices are those that the plan was made with. */
async function planFileOf({
  flags,
  workingFolder,
}: CommandContext): Promise<{ readonly planFile?: PlanFile }> {
  if (flags.planFile === undefined) return {};
  const choosing = [
    flags.to,
    flags.allowDrop,
    flags.additive,
    flags.columnOrder,
    flags.allowEdited,
    flags.allowMissing,
    flags.allowOutOfOrder,
    flags.splitBaseline,
    flags.noProve,
  ];
  if (choosing.some((flag) => flag !== undefined)) {
    throw new LockstepError("USAGE.INVALID", "--plan has its choices in the file", {
      next: "Leave out the others, or make another plan: lockstep plan --out FILE",
    });
  }
  const text = await readTextFile(resolve(workingFolder, flags.planFile));
  if (text === undefined) {
    throw new LockstepError("PLAN.FILE_INVALID", `there is no file ${flags.planFile}`);
  }
  return { planFile: parsePlanFile(text, flags.planFile) };
}

function resultOf(
  report: DeployReport,
  context: CommandContext,
  assumption: Assumption | undefined,
): CommandResult {
  const proof = report.proof === undefined ? "" : proofTalk(report.proof);
  const findings = renderFindings(report.notes, context.style) + proof;
  const json = { ...report, plan: undefined };
  switch (report.outcome) {
    case "planned":
      return { json: report, text: planText(report.plan), talk: findings };
    case "differs": {
      const talk = `${findings}not as the files say: ${report.database}\n`;
      return { json, text: "", talk, exitCode: 4 };
    }
    case "verified": {
      const talk = `${findings}using pre-initialized schema: ${report.database}\n`;
      return { json, text: "", talk };
    }
    case "nothing-to-do":
      return { json, text: "", talk: `${findings}nothing to do: ${report.database}\n` };
    case "deployed":
      return {
        json,
        text: "",
        talk: findings + backupLine(report.backup) + summary(report) + assumptionTalk(assumption),
      };
  }
}

function summary(report: DeployReport): string {
  const { applied, included, seeded, database, durationMs } = report;
  const migrations = applied.filter((unit) => unit.kind === "migration").length;
  const parts = [
    ...(applied.some((unit) => unit.kind === "baseline") ? ["the baseline"] : []),
    ...(applied.some((unit) => unit.kind === "declared") ? ["the declared schema"] : []),
    ...(included.length > 0 ? [`${counted(included.length, "migration")} that it includes`] : []),
    ...(migrations > 0 ? [counted(migrations, "migration")] : []),
    ...(seeded.length > 0 ? [counted(seeded.length, "seed file")] : []),
  ];
  const what = parts.length === 0 ? "recorded" : `applied ${parts.join(", ")}`;
  return `${what} in ${formatDuration(durationMs)}: ${database}\n`;
}

function assumptionTalk(assumption: Assumption | undefined): string {
  if (assumption === undefined) return "";
  return `nothing says which migrations ${assumption.path} includes, so it is taken to be all: lockstep test proves it\n`;
}
