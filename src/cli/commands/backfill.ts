/** `lockstep backfill ...`: looking at a backfill, and telling it what to do while it runs. */
import { backfill, type BackfillReport, type BackfillWord } from "../../deploy/backfill.ts";
import { tryBackfill, type TriedBackfill } from "../../deploy/try-backfill.ts";
import { deployPortsOf } from "../../deploy-ports.ts";
import { formatDuration } from "../../core/duration.ts";
import { LockstepError } from "../../core/errors.ts";
import type { Command, CommandContext, CommandResult } from "../command.ts";
import { partsOf } from "../compose.ts";
import { targetFlags } from "../flags.ts";

const about =
  "A backfill is a migration with the line -- lockstep: backfill, or one in TypeScript that calls batch(): a deploy " +
  "runs it in batches, each in a transaction that keeps the place as well. docs/guide/backfill.md has the whole of it.";

const oneId = [
  {
    name: "ID",
    doc: "The migration; not needed when one backfill is under way.",
    count: "optional",
  },
] as const;

export const backfillStatus: Command = {
  name: "backfill status",
  summary: "How far a backfill is",
  description: `${about}\n\nShows the rows that are done, the speed and the time that is left. Reads only.`,
  positionals: [],
  flags: [...targetFlags],
  examples: [
    { line: "lockstep backfill status", doc: "From another terminal, while the deploy runs." },
  ],
  run: (context) => told(context, { kind: "status" }),
};

export const backfillPause: Command = {
  name: "backfill pause",
  summary: "Let a backfill rest after its batch",
  description: `${about}\n\nThe deploy stays and waits. A deploy that begins while the backfill is paused is refused (BACKFILL.PAUSED).`,
  positionals: oneId,
  flags: [...targetFlags],
  examples: [{ line: "lockstep backfill pause", doc: "Until lockstep backfill resume." }],
  run: (context) => told(context, { kind: "pause", id: context.positionals[0] }),
};

export const backfillResume: Command = {
  name: "backfill resume",
  summary: "Let a paused backfill go on",
  description: `${about}\n\nA deploy that waits goes on within a second; without one, the next deploy does.`,
  positionals: oneId,
  flags: [...targetFlags],
  examples: [{ line: "lockstep backfill resume", doc: "After lockstep backfill pause." }],
  run: (context) => told(context, { kind: "resume", id: context.positionals[0] }),
};

export const backfillRate: Command = {
  name: "backfill rate",
  summary: "Limit how many rows a backfill does in a second",
  description: `${about}\n\nHolds from the next batch on, instead of what the file says; 0 takes the limit away.`,
  positionals: [{ name: "ROWS", doc: "In a second; 0 for no limit.", count: "one" }, ...oneId],
  flags: [...targetFlags],
  examples: [{ line: "lockstep backfill rate 5000", doc: "No more than 5,000 rows in a second." }],
  run: (context) => {
    const [text = "", id] = context.positionals;
    const rate = Number(text);
    if (!Number.isFinite(rate) || rate < 0 || text.trim() === "") {
      throw new LockstepError("USAGE.INVALID", `${JSON.stringify(text)} is no number of rows`, {
        next: "lockstep backfill rate 5000",
      });
    }
    return told(context, { kind: "rate", id, rate });
  },
};

export const backfillRestart: Command = {
  name: "backfill restart",
  summary: "Let a backfill begin anew",
  description: `${about}\n\nForgets how far it is: the next deploy goes through the whole table again. What it changed stays changed, so its statement has to bear that.`,
  positionals: oneId,
  flags: [...targetFlags],
  examples: [
    { line: "lockstep backfill restart 004_fill_names", doc: "After its check has failed." },
  ],
  run: (context) => told(context, { kind: "restart", id: context.positionals[0] }),
};

export const backfillTry: Command = {
  name: "backfill try",
  summary: "Run a backfill's first rows, and roll them back",
  description: `${about}\n\nRuns the first rows on the target in a transaction that is rolled back, and shows how many would change, the server's plan, and how long all would take at that speed.`,
  positionals: [
    { name: "ID", doc: "The migration; by default the first that is pending.", count: "optional" },
  ],
  flags: ["limit", ...targetFlags],
  examples: [
    {
      line: "lockstep backfill try --limit 10000",
      doc: "The first 10,000 rows; 1,000 by default.",
    },
  ],
  run: async (context) => {
    const parts = partsOf(context);
    const ports = await deployPortsOf(parts, context.progress);
    const tried = await tryBackfill(ports, {
      project: await parts.project(),
      id: context.positionals[0],
      sample: context.flags.limit ?? 1_000,
    });
    return { json: tried, text: describeTried(tried) };
  },
};

async function told(context: CommandContext, word: BackfillWord): Promise<CommandResult> {
  const parts = partsOf(context);
  const ports = await deployPortsOf(parts, context.progress);
  const report = await backfill(ports, { project: await parts.project(), word });
  return { json: report, text: describe(report) };
}

function describe({ backfills }: BackfillReport): string {
  if (backfills.length === 0) return "no backfill is under way\n";
  return backfills
    .map(({ id, state, table, progress, batchSize, rate }) => {
      const limit =
        rate === undefined || rate === 0 ? "" : `, at most ${rate.toLocaleString("en")}/s`;
      return `${id}: ${state}, ${table}: ${progress}, batches of ${batchSize.toLocaleString("en")}${limit}\n`;
    })
    .join("");
}

function describeTried(tried: TriedBackfill): string {
  const { id, table, key, sampled, changed, durationMs, wholeMs, plan } = tried;
  const all = wholeMs === undefined ? "" : `; all of the table in about ${formatDuration(wholeMs)}`;
  return [
    `${id}: ${table} by ${key.join(", ")}: ${sampled.toLocaleString("en")} rows looked at, ${changed.toLocaleString("en")} changed, ${formatDuration(durationMs)}${all}`,
    "rolled back: nothing was changed",
    ...plan.map((line) => `  ${line}`),
    "",
  ].join("\n");
}
