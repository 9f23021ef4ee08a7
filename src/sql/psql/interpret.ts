/**
 * psql's dialect without psql: reads a script piece by piece and yields what is to be done, in psql's order. It
 * holds the variables, the conditions and the includes; it touches neither database nor file, and a command that
 * would start a program, write a file or leave the project or the database is refused, never passed on.
 */
import { LockstepError, type SourcePosition } from "../../core/errors.ts";
import type { CopyPiece, MetaPiece, StatementPiece } from "../pieces.ts";
import {
  locateOffset,
  type MappedText,
  sliceMapped,
  sourcePosition,
  type SourceText,
} from "../source.ts";
import { splitScript } from "../split.ts";
import type { PsqlOptions, PsqlRun, RunAction } from "./actions.ts";
import { commandOf } from "./commands.ts";
import { createConditions } from "./conditions.ts";
import { ownVariables } from "./own-variables.ts";
import type { PsqlState, ScriptContext } from "./state.ts";
import { substitute, withVariables } from "./substitute.ts";

export function* interpretPsql(source: SourceText, options: PsqlOptions): PsqlRun {
  const state: PsqlState = {
    variables: new Map(
      Object.entries({ ...ownVariables(options.connection), ...options.variables }),
    ),
    connection: options.connection,
    restrictKey: undefined,
    last: undefined,
    including: [],
  };
  yield* runScript(source, state);
}

function* runScript(source: SourceText, state: PsqlState): PsqlRun {
  const context: ScriptContext = {
    source,
    state,
    conditions: createConditions(),
    pending: undefined,
    ended: false,
    runScript: (included) => runScript(included, state),
  };
  state.including.push(source.file);
  for (const piece of splitScript(source.text)) {
    if (piece.kind === "meta") yield* runCommand(context, piece);
    else if (context.conditions.isActive()) {
      if (piece.kind === "copy") yield* runCopy(context, piece);
      else yield* runStatement(context, piece);
    }
    if (context.ended) break;
  }
  if (!context.ended) context.conditions.finish();
  state.including.pop();
}

function* runCommand(context: ScriptContext, piece: MetaPiece): PsqlRun {
  const run = prepareCommand(context, piece);
  if (run !== undefined) yield* run;
}

/** Checks that the command is known and may stand where it stands. Undefined when nothing is left to do. */
export function prepareCommand(context: ScriptContext, piece: MetaPiece): PsqlRun | undefined {
  const where = placeOf(context.source, piece);
  const isActive = context.conditions.isActive();
  const command = commandOf(piece.name, where, { mayBeUnknown: !isActive });
  if (command === undefined || (!isActive && command.kind !== "condition")) return undefined;
  if (context.state.restrictKey !== undefined && piece.name !== "unrestrict") {
    const message = `\\${piece.name} stands between \\restrict and \\unrestrict.`;
    throw new LockstepError("SQL.PSQL_REFUSED", message, { where });
  }
  if (context.pending !== undefined && command.kind !== "query") {
    const message = `\\${piece.name} stands in the middle of a statement.`;
    throw new LockstepError("SQL.PSQL_INSIDE_STATEMENT", message, { where });
  }
  return command.run(context, piece, where);
}

function* runCopy(context: ScriptContext, piece: CopyPiece): PsqlRun {
  const { source, state } = context;
  refuseTrailing(source, piece);
  const { mapped } = substitute(source, piece, withVariables(state.variables));
  const data = source.text.slice(piece.data.start, piece.data.end);
  yield { kind: "copy", statement: mapped, where: placeOf(source, piece), data };
}

export function refuseTrailing(source: SourceText, piece: CopyPiece): void {
  if (piece.trailing === undefined) return;
  const where = sourcePosition(source, piece.trailing.start);
  throw new LockstepError(
    "SQL.COPY_TRAILING",
    "Text stands behind COPY ... FROM stdin, where its data begins.",
    { where },
  );
}

function* runStatement(context: ScriptContext, piece: StatementPiece): PsqlRun {
  const runs = statementRuns(context, piece);
  for (const [index, run] of runs.entries()) {
    if (piece.terminator === "command" && index === runs.length - 1) context.pending = run;
    else yield* send(context.state, run);
  }
}

function* send(state: PsqlState, run: RunAction): PsqlRun {
  const answer = yield run;
  state.last = run;
  if (answer?.kind === "done" && answer.rowCount !== undefined) {
    state.variables.set("ROW_COUNT", String(answer.rowCount));
  }
}

/** A value put in bare may hold several statements, which psql would send one by one. */
function statementRuns(context: ScriptContext, piece: StatementPiece): readonly RunAction[] {
  const { source, state } = context;
  const { mapped, bare } = substitute(source, piece, withVariables(state.variables));
  if (!bare || piece.joined) {
    return [runOf(mapped, placeOf(source, piece), piece.joined)];
  }
  return [...splitScript(mapped.text)].map((part) => {
    const where = locateOffset(mapped, part.start);
    if (part.kind !== "statement") {
      const message = "A variable's value holds a psql command or COPY ... FROM stdin.";
      throw new LockstepError("SQL.PSQL_REFUSED", message, { where });
    }
    return runOf(sliceMapped(mapped, part.start, part.end), where, part.joined);
  });
}

function runOf(statement: MappedText, where: SourcePosition, joined: boolean): RunAction {
  return { kind: "run", statement, where, joined, wants: "nothing" };
}

function placeOf(
  source: SourceText,
  piece: { readonly line: number; readonly column: number },
): SourcePosition {
  return { file: source.file, line: piece.line, column: piece.column };
}
