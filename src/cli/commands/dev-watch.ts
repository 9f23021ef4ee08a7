/** `lockstep dev watch`: the development database follows the files, until it is told to stop. */
import { nextChange, stampsOf } from "../../adapters/node/watch.ts";
import { formatDuration } from "../../core/duration.ts";
import { LockstepError } from "../../core/errors.ts";
import { follow, type Followed } from "../follow.ts";
import type { Parts } from "../../compose.ts";
import { deployPortsOf } from "../../deploy-ports.ts";
import type { Scratch } from "../../ports/scratch.ts";
import type { Command, CommandContext } from "../command.ts";
import { partsOf } from "../compose.ts";
import { targetFlags } from "../flags.ts";
import { renderError } from "../render/human.ts";
import { stepList } from "../render/proof-of-plan.ts";

const pace = { everyMs: 40, stillMs: 15 };

export const devWatch: Command = {
  name: "dev watch",
  summary: "Let the development database follow the files as they are saved",
  description:
    "Brings the development database to what the files say, and again whenever one is saved, until Ctrl-C. A declared " +
    "schema's difference is applied as soon as it is saved, whatever it drops, and the steps are printed; a new " +
    "migration is applied; the newest one, when it is edited, is taken back as it was applied and applied as it is " +
    "now.\n\n" +
    "A mistake in a file is found in scratch and leaves the database as it was; correct it and save.\n\n" +
    "It is for the developer's own database: with any other than the project's own it needs --yes. What it drops is " +
    "gone.",
  positionals: [],
  flags: ["yes", "set", ...targetFlags],
  examples: [
    { line: "lockstep dev watch", doc: "Edit schema.sql beside it." },
    {
      line: "lockstep dev watch --url postgres://localhost/scratchpad --yes",
      doc: "On a database of mine.",
    },
  ],
  run: async (context) => {
    const parts = partsOf(context);
    const { signal } = context;
    let turns = 0;
    const folder = parts.projectFolder;
    let stamps = await stampsOf(folder);
    await refuseOthers({ ...context, note: () => undefined });
    const scratch = await scratchOf(parts);
    context.atEnd(() => scratch.close());
    while (!signal.aborted) {
      await takeTurn(context, { scratch, isFirst: turns === 0 });
      turns += 1;
      const next = await nextChange(stamps, { folder, signal, ...pace });
      if (next === undefined) break;
      stamps = next;
    }
    return { json: { turns }, text: "", talk: "stopped; the database stays as it is\n" };
  },
};

async function refuseOthers(context: CommandContext): Promise<void> {
  const target = await partsOf(context).target();
  if (target.isDevelopment || context.flags.yes === true) return;
  throw new LockstepError(
    "DEV.NOT_DEVELOPMENT",
    `${target.database.label} is not the project's own development database`,
  );
}

/** One for all turns: each needs a database, and the next one is made while nobody waits for it. */
async function scratchOf(parts: Parts): Promise<Scratch> {
  const { stocked } = await import("../../adapters/scratch/stocked.ts");
  return stocked(await parts.scratch());
}

interface Turn {
  readonly scratch: Scratch;
  readonly isFirst: boolean;
}

/** Files are read anew each time. An expected failure is told, and the next save is another try. */
async function takeTurn(context: CommandContext, { scratch, isFirst }: Turn): Promise<void> {
  const startedAt = performance.now();
  try {
    // What is odd about the project was said in the beginning.
    const own = partsOf(isFirst ? context : { ...context, note: () => undefined });
    const parts = { ...own, scratch: async () => scratch };
    const ports = await deployPortsOf(parts, () => undefined);
    const followed = await follow(ports, {
      project: await parts.project(),
      signal: context.signal,
    });
    const took = formatDuration(performance.now() - startedAt);
    await context.write(textOf(followed));
    const isChanged = textOf(followed) !== "";
    if (isChanged || isFirst) {
      context.note(
        isChanged
          ? `followed in ${took}: ${ports.database.label}`
          : `watching: ${ports.database.label}`,
      );
    }
  } catch (error) {
    if (context.signal.aborted) return;
    if (!(error instanceof LockstepError)) throw error;
    context.note(renderError(error, context.style));
  }
}

function textOf({ takenBack, applied, plan }: Followed): string {
  const back = takenBack.map((id) => `take back ${id}\n`).join("");
  const forth = applied.map((id) => `apply ${id}\n`).join("");
  return back + forth + (plan === undefined ? "" : stepList(plan));
}
