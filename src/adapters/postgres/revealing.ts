/**
 * A database whose sessions put secrets in the place of their references at the last moment, when a script is sent.
 * Whoever sends has only ever seen the reference: plans, the ledger, progress and errors hold no value. Queries with
 * parameters are lockstep's own or a program's, and are sent as they are.
 */
import {
  ServerError,
  type Database,
  type ScriptSending,
  type Session,
  type StatementResult,
} from "../../ports/database.ts";
import { sessionOver } from "../../ports/session-over.ts";
import type { Secrets } from "../../ports/secrets.ts";
import { loadParser } from "../../sql/parse.ts";
import { mayNameSecrets, secretUses } from "../../sql/secrets.ts";

export function revealing(database: Database, secrets: Secrets): Database {
  return {
    ...database,
    connect: async (options) => revealingSession(await database.connect(options), secrets),
  };
}

function revealingSession(session: Session, secrets: Secrets): Session {
  return sessionOver(session, {
    // Without a reference it goes out at once: callers rely on the order of what they send.
    script: (text, how) =>
      mayNameSecrets(text) ? revealed({ session, secrets }, text, how) : session.script(text, how),
  });
}

interface Revealing {
  readonly session: Session;
  readonly secrets: Secrets;
}

async function revealed(
  { session, secrets }: Revealing,
  text: string,
  how: ScriptSending | undefined,
): Promise<readonly StatementResult[]> {
  const values: string[] = [];
  const shifts: Shift[] = [];
  let sent = "";
  let done = 0;
  for (const { start, end, write } of secretUses(text, await loadParser())) {
    sent += text.slice(done, start);
    const from = sent.length;
    sent += write((reference) => {
      const value = secrets.resolve(reference);
      values.push(value);
      return value;
    });
    shifts.push({ from, end: sent.length, start, by: sent.length - end });
    done = end;
  }
  sent += text.slice(done);
  try {
    return await session.script(sent, how);
  } catch (error) {
    throw error instanceof ServerError ? hidden(error, { values, shifts, sent, text }) : error;
  }
}

/** A secret in what was sent: where, and how far all that follows it has moved. */
interface Shift {
  readonly from: number;
  readonly end: number;
  readonly start: number;
  readonly by: number;
}

interface Sending {
  readonly values: readonly string[];
  readonly shifts: readonly Shift[];
  readonly sent: string;
  readonly text: string;
}

/** The server's words without the values, and its position in the text that the caller knows. */
function hidden(error: ServerError, { values, shifts, sent, text }: Sending): ServerError {
  const without = (words: string | undefined): string | undefined =>
    values.reduce<string | undefined>((said, value) => said?.replaceAll(value, "***"), words);
  const init = {
    sqlState: error.sqlState,
    position: positionBefore(error.position, { shifts, sent, text }),
    detail: without(error.detail),
    hint: without(error.hint),
    context: without(error.context),
    completed: error.completed,
    severity: error.severity,
    object: error.object,
  };
  return new ServerError(without(error.message) ?? "", init);
}

/** The server counts characters, and so from 1; offsets here count UTF-16 units. */
function positionBefore(
  position: number | undefined,
  { shifts, sent, text }: Pick<Sending, "shifts" | "sent" | "text">,
): number | undefined {
  if (position === undefined) return undefined;
  const offset = [...sent].slice(0, position - 1).join("").length;
  const last = shifts.findLast(({ from }) => from <= offset);
  if (last === undefined) return position;
  const before = offset < last.end ? last.start : offset - last.by;
  return [...text.slice(0, before)].length + 1;
}
