/**
 * What a script is cut into. Pieces follow each other without overlap; all text between `leadingStart` of one and
 * `fullEnd` of it belongs to it, so the pieces and what remains behind the last one are the text again.
 * Offsets are those of the JavaScript string.
 */
import type { OpenConstruct } from "./lexer.ts";

export interface TextRange {
  readonly start: number;
  readonly end: number;
}

interface PieceBase extends TextRange {
  /** Where the comments and white space before it begin: the end of the piece before. */
  readonly leadingStart: number;
  /** After its semicolon, its data, or its line end. */
  readonly fullEnd: number;
  /** Of `start`, from 1; the column counts characters. */
  readonly line: number;
  readonly column: number;
}

export interface StatementPiece extends PieceBase {
  readonly kind: "statement";
  /** From its first token to its last: no semicolon, no comment around it. */
  readonly text: string;
  /** What ended it. `command` is psql's `\g`, `\gset`, ... or any other psql command in the middle of it. */
  readonly terminator: "semicolon" | "command" | "end";
  /** Holds psql's `\;`: several statements that psql sends as one message. */
  readonly joined: boolean;
  /** A string, comment, ... that was never closed. The parser will refuse it. */
  readonly open?: OpenConstruct;
}

/** COPY ... FROM stdin with its data. */
export interface CopyPiece extends PieceBase {
  readonly kind: "copy";
  readonly text: string;
  /** The lines of data, without the line `\.` that ends them. */
  readonly data: TextRange;
  /** The line `\.` was there. */
  readonly terminated: boolean;
  /** Text behind the semicolon on its line, which would be read only after the data. */
  readonly trailing?: TextRange;
}

/** One of psql's backslash commands. */
export interface MetaPiece extends PieceBase {
  readonly kind: "meta";
  /** Without the backslash. */
  readonly name: string;
  /** As written, without the space around it. */
  readonly arguments: string;
  readonly argumentsStart: number;
  /** The lines of data that follow `\copy ... from stdin`. */
  readonly data?: TextRange;
}

export type Piece = StatementPiece | CopyPiece | MetaPiece;
