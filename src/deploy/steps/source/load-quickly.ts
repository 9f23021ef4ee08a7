/**
 * Loads scripts of plain SQL without waiting for each statement's answer, which takes a schema of a thousand statements a
 * fraction of the time. It says only whether all went well: what went wrong, and whether another order or a role would
 * help, is the careful loader's to find out, in a database of its own.
 */
import { ServerError, type Session } from "../../../ports/database.ts";
import type { ScratchDatabase } from "../../../ports/scratch.ts";
import { mayReachPublisher } from "../../../sql/publisher.ts";
import { splitScript } from "../../../sql/split.ts";
import type { LoadStep } from "./material.ts";
import { noteSkips, type Skips } from "./skipped.ts";

/** So many may be under way. */
const unansweredMax = 256;

/** Whether every step is SQL that no client has a part in, and each statement its own transaction. */
export function isPlain(steps: readonly LoadStep[]): boolean {
  return (
    steps.length > 0 &&
    steps.every(
      (step) =>
        step.kind === "script" &&
        !step.together &&
        // psql's commands, the end of a COPY's data.
        !step.source.text.includes("\\") &&
        !mayReachPublisher(step.source.text),
    )
  );
}

/** False: something failed, and what the database holds now is worth nothing. */
export async function loadQuickly(
  database: ScratchDatabase,
  steps: readonly LoadStep[],
  skips: Skips,
): Promise<boolean> {
  const session = await database.connect({ applicationName: "lockstep scratch" });
  noteSkips(session, skips);
  try {
    for (const step of steps) {
      if (step.kind !== "script") return false;
      await session.script("reset all");
      if (!(await sendAll(session, step.source.text))) return false;
    }
    return true;
  } finally {
    await session.close();
  }
}

async function sendAll(session: Session, text: string): Promise<boolean> {
  let hasFailed = false;
  let other: Error | undefined;
  const note = (error: unknown): void => {
    hasFailed = true;
    if (error instanceof Error && !(error instanceof ServerError)) other ??= error;
  };
  let unanswered: Promise<void>[] = [];
  for (const piece of splitScript(text)) {
    if (hasFailed || piece.kind !== "statement") return await ended(false);
    unanswered.push(session.script(piece.text, { behindOthers: true }).then(() => undefined, note));
    if (unanswered.length < unansweredMax) continue;
    await unanswered[0];
    unanswered = unanswered.slice(1);
  }
  return await ended(true);

  async function ended(isWhole: boolean): Promise<boolean> {
    await Promise.all(unanswered);
    if (other !== undefined) throw other;
    return isWhole && !hasFailed;
  }
}
