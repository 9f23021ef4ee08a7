/**
 * From what the server said of a message back to the statement in the user's file: by its position where it gave
 * one, else by how many statements had completed.
 */
import type { SourcePosition } from "../../../core/errors.ts";
import type { SqlStep } from "../../../plan/plan.ts";
import type { ServerError } from "../../../ports/database.ts";
import { offsetOfCharacter, positionAt } from "../../../sql/position.ts";
import { splitScript } from "../../../sql/split.ts";
import type { Message, MessagePart } from "./message.ts";

export interface Located {
  readonly where: SourcePosition;
  /** The statement as it stands in the file. */
  readonly statement: string;
  /** Where in the statement the server points; undefined when it did not. */
  readonly offset: number | undefined;
  /** Of a file that is interpreted while it runs. */
  readonly isInterpreted?: true;
}

/** Undefined when it was one of our own statements that failed. */
export function locate(error: ServerError, message: Message): Located | undefined {
  if (error.position !== undefined) {
    const at = offsetOfCharacter(message.text, error.position);
    const part = message.parts.findLast((candidate) => candidate.offset <= at);
    if (part === undefined || at > part.offset + part.step.sql.length) return undefined;
    return atOffset(part.step, at - part.offset);
  }
  const part = partWithStatement(message.parts, error.completed);
  return part === undefined
    ? undefined
    : atOrdinal(part.step, error.completed - part.statementsBefore);
}

function partWithStatement(parts: readonly MessagePart[], index: number): MessagePart | undefined {
  return parts.find(
    ({ step, statementsBefore }) =>
      index >= statementsBefore && index < statementsBefore + step.statements,
  );
}

export function atOffset(step: SqlStep, offset: number): Located {
  for (const piece of splitScript(step.sql)) {
    if (piece.fullEnd < offset) continue;
    const isInside = offset >= piece.start;
    return {
      where: whereIn(step, isInside ? offset : piece.start),
      statement: step.sql.slice(piece.start, piece.end),
      offset: isInside ? offset - piece.start : undefined,
    };
  }
  return { where: whereIn(step, offset), statement: step.sql, offset: undefined };
}

function atOrdinal(step: SqlStep, ordinal: number): Located {
  let seen = 0;
  for (const piece of splitScript(step.sql)) {
    if (seen === ordinal) {
      const statement = step.sql.slice(piece.start, piece.end);
      return { where: whereIn(step, piece.start), statement, offset: undefined };
    }
    seen += 1;
  }
  return { where: whereIn(step, 0), statement: step.sql, offset: undefined };
}

function whereIn(step: SqlStep, offset: number): SourcePosition {
  const point = step.points?.findLast((candidate) => candidate.start <= offset);
  const place = point ?? step.place;
  const from = point?.start ?? 0;
  // Text that stands for a place as a whole has no places of its own.
  const inside = point?.verbatim === false ? "" : step.sql.slice(from, offset);
  const { line, column } = positionAt(inside, inside.length);
  return {
    file: place.path,
    line: place.line + line - 1,
    column: line === 1 ? place.column + column - 1 : column,
  };
}
