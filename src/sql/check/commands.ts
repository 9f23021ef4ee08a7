/**
 * psql's commands before the run, in every branch: each is prepared as the interpreter would, up to the point
 * where it asks for something to be done. Arguments that hold variables are looked at when these are known.
 */
import { LockstepError } from "../../core/errors.ts";
import type { Finding } from "../../core/findings.ts";
import type { MetaPiece, StatementPiece } from "../pieces.ts";
import type { PsqlConnection } from "../psql/actions.ts";
import { createConditions } from "../psql/conditions.ts";
import { prepareCommand } from "../psql/interpret.ts";
import type { ScriptContext } from "../psql/state.ts";
import { mapVerbatim, type SourceText } from "../source.ts";

export interface CommandChecker {
  statement(piece: StatementPiece): void;
  command(piece: MetaPiece): Finding | undefined;
  finish(): Finding | undefined;
}

export function createCommandChecker(
  source: SourceText,
  connection: PsqlConnection | undefined,
): CommandChecker {
  const conditions = createConditions();
  const context: ScriptContext = {
    source,
    state: {
      variables: new Map(),
      connection: connection ?? { database: "" },
      restrictKey: undefined,
      last: undefined,
      including: [source.file],
    },
    // Always active, so that every branch is looked at.
    conditions: createConditions(),
    pending: undefined,
    ended: false,
    runScript: function* () {
      // Included files are checked on their own.
    },
  };

  const followCondition = (piece: MetaPiece): boolean => {
    const where = { file: source.file, line: piece.line, column: piece.column };
    if (piece.name === "if") conditions.begin(() => true, where);
    else if (piece.name === "elif") conditions.otherwiseIf(() => true, where);
    else if (piece.name === "else") conditions.otherwise(where);
    else if (piece.name === "endif") conditions.end(where);
    else return false;
    return true;
  };
  const command = (piece: MetaPiece): void => {
    const isCondition = followCondition(piece);
    if (isCondition && context.pending === undefined) return;
    const isConnect = /^c(?:onnect)?$/.test(piece.name);
    const isKnown = !piece.arguments.includes(":") || piece.name === "copy";
    const skipsArguments = !isKnown || (isConnect && connection === undefined);
    const run = prepareCommand(context, skipsArguments ? { ...piece, arguments: "x" } : piece);
    if (!skipsArguments && piece.name !== "gset") run?.next();
  };
  return {
    statement: (piece) => {
      const where = { file: source.file, line: piece.line, column: piece.column };
      const statement = mapVerbatim(source, piece.start, piece.end);
      const run = { kind: "run", statement, where, joined: false, wants: "nothing" } as const;
      if (piece.terminator === "command") context.pending = run;
      context.state.last = run;
    },
    command: (piece) => {
      const finding = asFinding(() => command(piece));
      context.pending = undefined;
      context.ended = false;
      return finding;
    },
    finish: () => asFinding(() => conditions.finish()),
  };
}

export function asFinding(act: () => void): Finding | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    if (!(error instanceof LockstepError)) throw error;
    const { code, message, where, next } = error;
    const place = where === undefined ? {} : { where };
    return { code, severity: "error", message, hint: next, ...place };
  }
}
