/**
 * A file of psql's dialect whose statements depend on the server's answers: interpreted while it runs, statement by
 * statement, in one transaction with its ledger row.
 */
import { LockstepError } from "../../../core/errors.ts";
import type { InterpretedSegment, SqlUnit } from "../../../plan/plan.ts";
import { ConnectionLost, type Session } from "../../../ports/database.ts";
import { decodeText } from "../../../project/decode.ts";
import type { PsqlAction, PsqlAnswer, PsqlConnection } from "../../../sql/psql/actions.ts";
import { leftOutMessage, switchedOffInVainBy } from "../../../sql/newer-setting.ts";
import { loadParser } from "../../../sql/parse.ts";
import { connectionOf } from "../script-options.ts";
import { interpretPsql } from "../../../sql/psql/interpret.ts";
import { locateOffset, type MappedText } from "../../../sql/source.ts";
import { offsetOfCharacter } from "../../../sql/position.ts";
import { discardSession, resetSession } from "../ledger/record.ts";
import { doneStatements } from "./bookkeeping.ts";
import type { ApplyContext } from "./context.ts";
import { statementFailure } from "./failure.ts";
import { isRefusal, retryLocks } from "./retry.ts";
import { copyBytes, rollBack, transactionSettings } from "./transaction.ts";

export async function runInterpreted(
  context: ApplyContext,
  session: Session,
  unit: SqlUnit,
  segment: InterpretedSegment,
): Promise<void> {
  const connection = await connectionOf(session);
  const leftOut = new Set<string>();
  await retryLocks(() => attempt({ context, session, unit, segment, connection, leftOut }), {
    clock: context.clock,
    retriesMax: context.settings.lockRetries,
    signal: context.signal,
    onRetry: (error, attempts, pauseMs) => {
      const message = `${unit.identity.id}: ${error.message}; attempt ${attempts + 1} in ${pauseMs} ms`;
      context.progress({ event: "lock.retry", message, data: { id: unit.identity.id, attempts } });
    },
  });
}

interface InterpretedRun {
  readonly context: ApplyContext;
  readonly session: Session;
  readonly unit: SqlUnit;
  readonly segment: InterpretedSegment;
  readonly connection: PsqlConnection;
  /** Told already. */
  readonly leftOut: Set<string>;
}

async function attempt(run: InterpretedRun): Promise<void> {
  const { context, session, unit, segment } = run;
  try {
    await session.script(["begin", ...transactionSettings(context, session, unit)].join(";\n"));
    await drive(run);
    const ending = [...resetSession, ...doneStatements(context, unit, segment), "commit"];
    await session.script([...ending, ...discardSession].join(";\n"));
  } catch (error) {
    if (!(error instanceof ConnectionLost)) await rollBack(session);
    if (!isRefusal(error)) throw error;
    throw statementFailure(error, undefined).with({ where: { file: unit.identity.path } });
  }
}

async function drive(run: InterpretedRun): Promise<void> {
  const { segment, context, connection } = run;
  const source = { file: segment.path, text: segment.text };
  const script = interpretPsql(source, { variables: context.variables, connection });
  let answer: PsqlAnswer | undefined;
  for (let next = script.next(); next.done !== true; next = script.next(answer)) {
    answer = await act(run, next.value);
  }
}

async function act(run: InterpretedRun, action: PsqlAction): Promise<PsqlAnswer | undefined> {
  const { context, session } = run;
  switch (action.kind) {
    case "run": {
      const setting = await inVain(session, action.statement);
      if (setting !== undefined) {
        if (!run.leftOut.has(setting)) say(run, leftOutMessage(setting));
        run.leftOut.add(setting);
        return { kind: "done", rowCount: 0 };
      }
      const results = await located(action.statement, action.where, () =>
        session.script(action.statement.text),
      );
      const last = results.at(-1);
      if (action.wants === "rows") return { kind: "rows", rows: last?.rows ?? [] };
      return { kind: "done", rowCount: rowCountOf(last?.tag) };
    }
    case "copy":
    case "copyFile": {
      const { file, line = 1, column = 1 } = action.where;
      const data =
        action.kind === "copy"
          ? ({ kind: "inline", text: action.data } as const)
          : ({ kind: "file", candidates: action.candidates, bytesHash: undefined } as const);
      const bytes = await copyBytes(context, { data, place: { path: file, line, column } });
      const rowCount = await located(action.statement, action.where, () =>
        session.copyIn(action.statement.text, bytes),
      );
      return { kind: "done", rowCount };
    }
    case "include": {
      const found = await context.readFile(action.candidates);
      if (found !== undefined) {
        const { file, bytes } = found;
        return { kind: "included", file, text: decodeText(bytes, file).text };
      }
      throw new LockstepError(
        "SQL.PSQL_INCLUDE",
        `there is no file ${action.candidates.join(" or ")}`,
        { where: action.where },
      );
    }
    case "message":
      say(run, action.text);
      return undefined;
  }
}

function say({ context, unit }: InterpretedRun, message: string): void {
  context.progress({ event: "file.message", message, data: { id: unit.identity.id } });
}

async function inVain({ server }: Session, { text }: MappedText): Promise<string | undefined> {
  return switchedOffInVainBy(text, server.major, await loadParser());
}

/** The number at the end of a tag such as `INSERT 0 3`. */
function rowCountOf(tag: string | undefined): number {
  return Number(/ (\d+)$/.exec(tag ?? "")?.[1] ?? 0);
}

async function located<Result>(
  statement: MappedText,
  where: LockstepError["where"],
  action: () => Promise<Result>,
): Promise<Result> {
  try {
    return await action();
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const offset =
      error.position === undefined ? undefined : offsetOfCharacter(statement.text, error.position);
    const place = offset === undefined ? where : locateOffset(statement, offset);
    throw statementFailure(error, {
      where: place ?? { file: statement.source.file },
      statement: statement.text,
      offset,
      isInterpreted: true,
    });
  }
}
