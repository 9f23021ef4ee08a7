/** `lockstep verify`: the ledger against the files, and the live schema against what they lead to. */
import { readAgainst } from "../../deploy/steps/live/expected.ts";
import { readExpectations } from "../../deploy/steps/live/counts.ts";
import { verify as runVerify, type VerifyReport } from "../../deploy/verify.ts";
import { verifyLive, type VerifyLiveReport } from "../../deploy/verify-live.ts";
import type { SchemaVerdict } from "../../deploy/steps/live/verdict.ts";
import { deployPortsOf } from "../../deploy-ports.ts";
import { provePortsOf } from "../../prove-ports.ts";
import type { Command, CommandContext, CommandResult } from "../command.ts";
import { partsOf } from "../compose.ts";
import { targetFlags } from "../flags.ts";
import { renderFindings } from "../render/human.ts";
import { liveTalk, liveText } from "../render/live.ts";

export const verify: Command = {
  name: "verify",
  summary: "Compare the target with the files, and change nothing",
  description:
    "Says whether everything that the project holds is applied, unchanged and in order, and whether everything that " +
    "is applied is in the project; and whether the live schema is still the one that the migrations made: by the " +
    "fingerprint that lockstep.lock has for that state, else by replaying them in scratch on the same major. A " +
    "declarative project's is compared with what it declares.\n\n" +
    "--against compares the live schema object by object, whatever the ledger says: with what is applied by its " +
    "ledger (lock), with all migrations, the baseline or the declared schema, loaded in scratch on the same major; " +
    "or with file:PATH, backup:PATH or another database by its URL. " +
    "--expect counts objects. What no comparison shows, such as the disabled triggers of a foreign key, is told and is " +
    "no difference, until --strict makes it one.\n\n" +
    "Ends with 4 when something differs: each object, each attribute, both texts, and how to take the difference " +
    "into the project or away from the target.",
  positionals: [],
  flags: ["against", "expect", "level", "strict", "roles", "set", ...targetFlags],
  examples: [
    { line: "lockstep verify --json", doc: "For a pipeline that gates a release." },
    { line: "lockstep verify --against lock", doc: "Whether somebody changed the target by hand." },
    { line: "lockstep verify --expect tables=54,indexes=74", doc: "Whether all of it is there." },
  ],
  run: async (context) => {
    const { against, expect } = context.flags;
    return against === undefined && expect === undefined
      ? await verifyLedger(context)
      : await verifySchema(context);
  },
};

/** The ledger first: with another set of migrations, another schema is no news. */
async function verifyLedger(context: CommandContext): Promise<CommandResult> {
  const parts = partsOf(context);
  const { signal, progress, style } = context;
  const ports = await deployPortsOf(parts, progress);
  const project = await parts.project();
  const report = await runVerify(ports, { project, signal });
  if (!report.isEqual) {
    return {
      json: report,
      text: renderFindings(report.findings, style),
      talk: ledgerLine(report),
      exitCode: 4,
    };
  }
  const live = await liveReport(context, parts);
  return {
    json: { ...report, isEqual: live.isEqual, schema: live.schema, counts: live.counts },
    text: renderFindings(report.findings, style) + liveText(live, style),
    talk: ledgerLine(report, live) + liveTalk(live, style),
    exitCode: live.isEqual ? 0 : 4,
  };
}

async function verifySchema(context: CommandContext): Promise<CommandResult> {
  const live = await liveReport(context, partsOf(context));
  const { style } = context;
  return {
    json: live,
    text: liveText(live, style),
    talk: liveTalk(live, style),
    exitCode: live.isEqual ? 0 : 4,
  };
}

async function liveReport(
  context: CommandContext,
  parts: ReturnType<typeof partsOf>,
): Promise<VerifyLiveReport> {
  const { flags, signal, progress, workingFolder } = context;
  const against = flags.against === undefined ? undefined : readAgainst(flags.against);
  const report = await verifyLive(await provePortsOf({ parts, workingFolder, progress }), {
    project: await parts.wholeProject(),
    against,
    expect: readExpectations(flags.expect ?? []),
    level: flags.level,
    strict: flags.strict === true,
    today: new Date().toISOString().slice(0, 10),
    signal,
  });
  return { ...report, schema: await nextOnSameTarget(report.schema, context) };
}

async function nextOnSameTarget(
  schema: SchemaVerdict,
  context: CommandContext,
): Promise<SchemaVerdict> {
  if (schema.kind === "drift") {
    const next = await Promise.all(schema.next.map((line) => context.sameTarget(line)));
    return { ...schema, next };
  }
  if (schema.kind !== "unknown" || schema.next === undefined) return schema;
  return { ...schema, next: await context.sameTarget(schema.next) };
}

function ledgerLine(report: VerifyReport, live?: VerifyLiveReport): string {
  const { database, appliedCount } = report;
  if (!report.isEqual) return `${database} is not as the files say\n`;
  // What was applied fits, and still something was changed by other hands: the next lines say what.
  if (live?.isEqual === false)
    return appliedCount === 0 ? "" : `${database}: ${appliedCount} applied\n`;
  // With a complete schema alone, no migration is applied and nothing is lacking.
  const count = appliedCount === 0 ? "" : `: ${appliedCount} applied`;
  // Nobody looked at the schema: the ledger alone is no reason to say more.
  if (live?.schema.kind === "unknown") return `${database} lacks no migration${count}\n`;
  return `${database} has what the files say${count}\n`;
}
