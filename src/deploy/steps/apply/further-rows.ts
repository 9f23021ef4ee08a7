/**
 * When a plan's check has found rows in the way, the checks behind it have not been asked: they are asked now, each in
 * a transaction that can only read, so that whoever corrects the rows sees all of them at once.
 */
import type { LockstepError } from "../../../core/errors.ts";
import { rowsInTheWay } from "../../../plan/checks/text.ts";
import { ConnectionLost, ServerError, type Session } from "../../../ports/database.ts";
import { loadParser } from "../../../sql/parse.ts";
import { splitScript } from "../../../sql/split.ts";
import type { Message } from "./message.ts";

export interface Unasked {
  readonly checks: readonly string[];
  /** What a transaction of theirs begins with. */
  readonly opening: readonly string[];
  readonly signal: AbortSignal | undefined;
}

/** The failed transaction is over. A check that fails for another reason has found no rows. */
export async function withFurtherRows(
  session: Session,
  failure: LockstepError,
  { checks, opening, signal }: Unasked,
): Promise<LockstepError> {
  const notes: string[] = [];
  for (const check of checks) {
    if (signal?.aborted === true) break;
    const further = await refusalOf(session, [...opening, check]);
    // Without the connection, what is known already is what there is to say.
    if (further === "lost") break;
    if (further?.sqlState !== rowsInTheWay) continue;
    notes.push(`also ${further.message.replace(/^DIFF\.ROWS: /, "")}`);
    if (further.detail !== undefined) notes.push(`rows: ${further.detail}`);
  }
  return notes.length === 0 ? failure : failure.with({ notes: [...failure.notes, ...notes] });
}

async function refusalOf(
  session: Session,
  statements: readonly string[],
): Promise<ServerError | "lost" | undefined> {
  try {
    await session.script(["begin read only", ...statements, "rollback"].join(";\n"));
    return undefined;
  } catch (error) {
    if (error instanceof ConnectionLost) return "lost";
    if (!(error instanceof ServerError)) throw error;
    if (session.transaction !== "idle") await session.script("rollback");
    return error;
  }
}

/**
 * Of a message, those behind the statement that failed that stand together at its beginning: what comes later asks of
 * what the plan makes before. `completed`: how many statements came before the one that failed.
 */
export async function checksBehind(
  { parts }: Message,
  completed: number,
): Promise<readonly string[]> {
  const parser = await loadParser();
  const behind: string[] = [];
  for (const { step, statementsBefore } of parts) {
    let place = statementsBefore;
    for (const piece of splitScript(step.sql)) {
      const text = step.sql.slice(piece.start, piece.end);
      const outcome = parser.parse(text);
      const node = outcome.kind === "parsed" ? outcome.statements[0]?.node : undefined;
      if (node !== "DoStmt" && node !== "VariableSetStmt") return behind;
      if (node === "DoStmt" && place > completed) behind.push(text);
      place += 1;
    }
  }
  return behind;
}
