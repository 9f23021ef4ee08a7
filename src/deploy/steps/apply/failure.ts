/**
 * A statement that the server refused, told so that a person can act: file:line:column, the statement with a caret,
 * what PostgreSQL adds, and (from the caller, who alone knows it) the state of the database.
 */
import { LockstepError } from "../../../core/errors.ts";
import { blankAs } from "../../../core/width.ts";
import type { ServerError } from "../../../ports/database.ts";
import { toolWithTable } from "../../../plan/histories/tools.ts";
import { rowsInTheWay } from "../../../plan/checks/text.ts";
import { describeBlocker, type Blocker } from "./blockers.ts";
import { createLongIdentifiers } from "../../../sql/check/identifiers.ts";
import { splitScript } from "../../../sql/split.ts";
import { positionAt } from "../../../sql/position.ts";
import type { Located } from "./locate.ts";
import { remedyOf } from "../remedies.ts";

export function statementFailure(error: ServerError, located: Located | undefined): LockstepError {
  if (error.sqlState === rowsInTheWay) return rowsFailure(error);
  const notes = [
    ...(located === undefined ? [] : excerpt(located)),
    ...labelled("DETAIL", error.detail),
    ...labelled(
      "HINT",
      error.hint ?? ownHint(error, located) ?? ofAnotherTool(error) ?? cutName(error, located),
    ),
    ...labelled("CONTEXT", error.context),
  ];
  return new LockstepError("DEPLOY.STATEMENT_FAILED", `${error.message}`.replace(/\.\.$/, "."), {
    ...(located === undefined ? {} : { where: located.where }),
    sqlState: error.sqlState,
    notes,
    ...nextOf(error),
    cause: error,
  });
}

/** Where the file is not at fault. */
function nextOf({ sqlState }: ServerError): { readonly next?: string } {
  const remedy = remedyOf(sqlState);
  return remedy === undefined ? {} : { next: `${remedy}, then: lockstep deploy` };
}

/** A migration may reach for the table in which the tool that it was written for kept its history. */
function ofAnotherTool({ sqlState, message }: ServerError): string | undefined {
  if (sqlState !== undefinedTable) return undefined;
  if (message.includes('"lockstep.'))
    return "lockstep keeps its ledger there; leave schema lockstep as it is.";
  const name = /"(?:[^".]+\.)?([^".]+)"/.exec(message)?.[1];
  const tool = name === undefined ? undefined : toolWithTable(name);
  if (tool === undefined) return undefined;
  return `${tool.title} keeps its history there; a database that lockstep made has no such table. Leave the statement out, or run it only where to_regclass finds the table.`;
}

const undefinedTable = "42P01";

/** Two long names may be one to the server, which says it of neither. */
function cutName(error: ServerError, located: Located | undefined): string | undefined {
  if (located === undefined) return undefined;
  const source = { file: "", text: located.statement };
  const names = createLongIdentifiers(source);
  Array.from(splitScript(source.text, names.token));
  return names
    .findings()
    .find(({ object }) => object !== undefined && error.message.includes(object))?.message;
}

/** A check of the plan found them before anything was changed: the statement itself says nothing to anybody. */
function rowsFailure(error: ServerError): LockstepError {
  return new LockstepError("DIFF.ROWS", error.message.replace(/^DIFF\.ROWS: /, ""), {
    sqlState: error.sqlState,
    notes: labelled("rows", error.detail),
    cause: error,
  });
}

/** Nobody gave way in any of the attempts. */
export function lockTimeoutFailure(
  error: ServerError,
  blockers: readonly Blocker[],
): LockstepError {
  const named = blockers.map((blocker) => `held by ${describeBlocker(blocker)}`);
  return new LockstepError("DEPLOY.LOCK_TIMEOUT", error.message, {
    sqlState: error.sqlState,
    notes: named.length > 0 ? named : ["Nobody was seen holding the lock when it was looked."],
    data: { blockers: blockers.map((blocker) => blocker.pid) },
    cause: error,
  });
}

const linesAround = 2;
const lineLengthMax = 160;

/** The line that is meant with its number, two around it, and a caret; of a long statement no more than that. */
export function excerpt(located: Located): readonly string[] {
  const lines = located.statement.split(/\r?\n/);
  const spot = positionAt(located.statement, located.offset ?? 0);
  const firstNumber = (located.where.line ?? 1) - spot.line + 1;
  const from = Math.max(0, spot.line - 1 - linesAround);
  const shown = lines.slice(
    from,
    located.offset === undefined ? from + 5 : spot.line + linesAround,
  );
  const width = String(firstNumber + from + shown.length).length;
  return shown.flatMap((line, index) => {
    const number = from + index + 1;
    const label = String(firstNumber + number - 1).padStart(width);
    // Only the statement's first line can begin in the middle of a line of the file.
    const text = `${label} | ${cut(line)}`;
    if (number !== spot.line || located.offset === undefined) return [text];
    // Columns count code points, strings count UTF-16 units.
    const lead = blankAs(
      Array.from(line)
        .slice(0, spot.column - 1)
        .join(""),
    );
    return spot.column > lineLengthMax ? [text] : [text, `${" ".repeat(width)} | ${lead}^`];
  });
}

function cut(line: string): string {
  return line.length > lineLengthMax ? `${line.slice(0, lineLengthMax)} ...` : line;
}

function labelled(label: string, text: string | undefined): readonly string[] {
  return text === undefined || text === "" ? [] : [`${label}: ${text}`];
}

/** What the server can't know: that the statement ran in a migration. */
function ownHint({ sqlState }: ServerError, located: Located | undefined): string | undefined {
  const isOfTransactions = sqlState === "2D000" || sqlState === "25001";
  if (isOfTransactions && located?.isInterpreted === true) {
    return "The file asks the server which statements it has, and so runs in one transaction: put this one into a file of its own.";
  }
  return hints[sqlState];
}

const hints: Readonly<Record<string, string>> = {
  "53200": "Out of shared memory mostly means too many locks: raise max_locks_per_transaction.",
  "2D000":
    "What a procedure or block is to commit by itself, it can't in a transaction: with -- no-transaction in the file's first line, CALL and DO run alone.",
  "25001": "This statement can't run in a transaction, and it stands in a function or block.",
};
