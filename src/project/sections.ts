/**
 * The up and down sections of one file, as dbmate, goose, sql-migrate and others mark them, and the ways in which a file asks
 * to be run outside a transaction. The marks are whole comment lines, so this reads lines; it never looks into SQL.
 */
import { LockstepError } from "../core/errors.ts";
import type { SqlText } from "./migration.ts";
import { countLineEnds, findMarks, type Mark } from "./section-marks.ts";

export interface Sections {
  readonly up: SqlText;
  readonly down: SqlText | undefined;
  /** The line that asks for no transaction. */
  readonly noTransactionLine: number | undefined;
}

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
    {
      pattern: /^[ \t]*--[ \t]*postgres-migrations[ \t]+disable-transaction\b.*$/im,
      example: "-- postgres-migrations disable-transaction",
    },
    {
      pattern: /^[ \t]*----[ \t]*tern:[ \t]*disable-tx[ \t]*----[ \t]*$/im,
      example: "---- tern: disable-tx ----",
    },
  ];

export function splitSections(path: string, text: string): Sections {
  const marks = findMarks(text);
  refuseRepeats(marks, path);
  const up = marks.find((mark) => mark.direction === "up");
  const down = marks.find((mark) => mark.direction === "down");
  const isDownFirst = up !== undefined && down !== undefined && down.index < up.index;
  const upStart = isDownFirst ? up.from : startOfUp(up);
  const upEnd = down === undefined || isDownFirst ? text.length : down.index;
  const downEnd = isDownFirst ? up.index : text.length;
  return {
    up: { path, text: text.slice(upStart, upEnd), line: lineAt(text, upStart) },
    down: down && { path, text: text.slice(down.from, downEnd), line: down.line },
    noTransactionLine: findNoTransaction(text),
  };
}

/** What stands before the mark goes up too, unless the mark is no comment. */
function startOfUp(up: Mark | undefined): number {
  return up === undefined || up.from === up.index ? 0 : up.from;
}

function lineAt(text: string, index: number): number {
  return 1 + countLineEnds(text.slice(0, index));
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
  if (!/transaction|txmode|disable-tx/i.test(text)) return undefined;
  for (const { pattern } of noTransactionMarks) {
    const found = pattern.exec(text);
    if (found !== null) return 1 + countLineEnds(text.slice(0, found.index));
  }
  return undefined;
}
