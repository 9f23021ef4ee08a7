/**
 * Offsets to lines and columns. Lines and columns count from 1; a column is a character (a code point), not a
 * UTF-16 unit and not a byte. A byte order mark at the beginning of a text takes no column.
 */
import { byteOrderMark } from "./lexer.ts";

export interface TextPosition {
  readonly line: number;
  readonly column: number;
}

export function positionAt(text: string, offset: number): TextPosition {
  return createPositionCounter(text)(offset);
}

/** For offsets that only grow: each character is looked at once, however many offsets are asked for. */
export function createPositionCounter(text: string): (offset: number) => TextPosition {
  let at = text.charCodeAt(0) === byteOrderMark ? 1 : 0;
  let line = 1;
  let column = 1;
  let lineEnd = endOfLine(text, at);
  return (offset) => {
    const end = Math.min(offset, text.length);
    // Whole lines are skipped by the engine's own search.
    while (lineEnd < end) {
      line += 1;
      column = 1;
      at = lineEnd + 1;
      lineEnd = endOfLine(text, at);
    }
    for (; at < end; at += 1) {
      if (!isLowSurrogate(text.charCodeAt(at))) column += 1;
    }
    return { line, column };
  };
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end === -1 ? text.length : end;
}

/** The server counts characters from 1; a JavaScript string counts UTF-16 units from 0. */
export function offsetOfCharacter(text: string, character: number): number {
  let offset = 0;
  for (let seen = 1; seen < character && offset < text.length; seen += 1) {
    offset += isHighSurrogate(text.charCodeAt(offset)) ? 2 : 1;
  }
  return Math.min(offset, text.length);
}

/** The other way round; past the end of a line it is the line's end. */
export function offsetAt(text: string, position: TextPosition): number {
  let offset = text.charCodeAt(0) === byteOrderMark ? 1 : 0;
  for (let line = 1; line < position.line; line += 1) {
    const lineEnd = text.indexOf("\n", offset);
    if (lineEnd === -1) return text.length;
    offset = lineEnd + 1;
  }
  for (let column = 1; column < position.column && offset < text.length; column += 1) {
    const code = text.charCodeAt(offset);
    if (code === lineFeed) break;
    offset += isHighSurrogate(code) ? 2 : 1;
  }
  return offset;
}

function isLowSurrogate(code: number): boolean {
  return code >= 0xdc00 && code <= 0xdfff;
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}

const lineFeed = 10;
