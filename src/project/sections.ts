/**
 * The up and down sections of one file, as dbmate, goose and sql-migrate mark them, and the ways in which a file asks
 * to be run outside a transaction. The marks are whole comment lines, so this reads lines; it never looks into SQL.
 */
import { LockstepError } from "../core/errors.ts";
import type { SqlText } from "./migration.ts";

export interface Sections {
  readonly up: SqlText;
  readonly down: SqlText | undefined;
  /** The line that asks for no transaction. */
  readonly noTransactionLine: number | undefined;
}

interface Mark {
  readonly direction: "up" | "down";
  readonly index: number;
  readonly line: number;
}

const sectionMark = /^[ \t]*--[ \t]*(?:migrate:|\+goose[ \t]+|\+migrate[ \t]+)(up|down)\b.*$/gim;

/** Cheap, and true of more texts than have a mark: nearly no file of thousands has. */
const mayBeMarked = /migrate:|\+goose|\+migrate/i;

/** How each tool spells it; `first` means that only the file's first line counts. */
export const noTransactionMarks: readonly { readonly pattern: RegExp; readonly example: string }[] =
  [
    {
      pattern: /^[ \t]*--[ \t]*\+goose[ \t]+no transaction\b.*$/im,
      example: "-- +goose NO TRANSACTION",
    },
    {
      pattern: /^[ \t]*--[ \t]*migrate:up\b.*\btransaction:false\b.*$/im,
      example: "-- migrate:up transaction:false",
    },
    {
      pattern: /^[ \t]*--[ \t]*\+migrate[ \t]+up\b.*\bnotransaction\b.*$/im,
      example: "-- +migrate Up notransaction",
    },
    { pattern: /^--[ \t]*no-transaction\b/i, example: "-- no-transaction (first line)" },
    { pattern: /^--![ \t]*no-transaction\b.*$/im, example: "--! no-transaction" },
    { pattern: /^[ \t]*--[ \t]*atlas:txmode[ \t]+none\b.*$/im, example: "-- atlas:txmode none" },
  ];

export function splitSections(path: string, text: string): Sections {
  const marks = mayBeMarked.test(text) ? findMarks(text) : [];
  refuseRepeats(marks, path);
  const up = marks.find((mark) => mark.direction === "up");
  const down = marks.find((mark) => mark.direction === "down");
  const isDownFirst = up !== undefined && down !== undefined && down.index < up.index;
  const upStart = isDownFirst ? up.index : 0;
  const upEnd = down === undefined || isDownFirst ? text.length : down.index;
  const downEnd = isDownFirst ? up.index : text.length;
  const upText = text.slice(upStart, upEnd);
  return {
    up: { path, text: upText, line: isDownFirst ? up.line : 1 },
    down: down && { path, text: text.slice(down.index, downEnd), line: down.line },
    noTransactionLine: findNoTransaction(text),
  };
}

function findMarks(text: string): readonly Mark[] {
  const marks: Mark[] = [];
  let [line, counted] = [1, 0];
  for (const match of text.matchAll(sectionMark)) {
    line += countLineEnds(text.slice(counted, match.index));
    counted = match.index;
    const direction = match[1]?.toLowerCase() === "down" ? "down" : "up";
    marks.push({ direction, index: match.index, line });
  }
  return marks;
}

function refuseRepeats(marks: readonly Mark[], path: string): void {
  for (const direction of ["up", "down"] as const) {
    const [first, second] = marks.filter((mark) => mark.direction === direction);
    if (first === undefined || second === undefined) continue;
    const message = `${path} has a second ${direction} section; the first begins on line ${first.line}`;
    throw new LockstepError("PROJECT.SECTIONS", message, {
      where: { file: path, line: second.line },
    });
  }
}

function findNoTransaction(text: string): number | undefined {
  // Almost every file: nothing that could be a mark.
  if (!/transaction|txmode/i.test(text)) return undefined;
  for (const { pattern } of noTransactionMarks) {
    const found = pattern.exec(text);
    if (found !== null) return 1 + countLineEnds(text.slice(0, found.index));
  }
  return undefined;
}

function countLineEnds(text: string): number {
  let count = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) count++;
  return count;
}
