/** A question on the terminal. Without a terminal nobody is asked and nothing is taken for a yes. */
import { LockstepError } from "../core/errors.ts";

export interface Question {
  readonly question: string;
  /** What to type instead where nobody can be asked. */
  readonly orElse: string;
  readonly signal: AbortSignal;
  readonly canAsk: boolean;
}

/** Returns when the answer is yes; throws USAGE.DECLINED when it is not. */
export async function confirm({ question, orElse, signal, canAsk }: Question): Promise<void> {
  if (!canAsk) {
    throw new LockstepError("USAGE.NO_TERMINAL", `${question} Nobody can answer here.`, {
      next: orElse,
    });
  }
  if (await answered({ question, signal })) return;
  throw new LockstepError("USAGE.DECLINED", "declined", { next: orElse });
}

/** Whether the answer is yes. Only where there is somebody. */
export async function answered({
  question,
  signal,
}: Pick<Question, "question" | "signal">): Promise<boolean> {
  // Loaded when somebody is asked: most commands ask nobody, and it would cost each of them.
  const { createInterface } = await import("node:readline/promises");
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const closed = new Promise<string>((resolve) => terminal.once("close", () => resolve("")));
    const answer = await Promise.race([
      terminal.question(`${question} [y/N] `, { signal }),
      closed,
    ]);
    return /^y(es)?$/i.test(answer.trim());
  } catch (error) {
    if (!signal.aborted) throw error;
    signal.throwIfAborted();
    return false;
  } finally {
    terminal.close();
  }
}
