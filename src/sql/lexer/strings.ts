/**
 * The quoted tokens: strings with and without backslash escapes, continued over line ends as SQL allows, and
 * quoted identifiers. standard_conforming_strings is taken to be on, as it is everywhere by default; check.ts
 * refuses a file that turns it off.
 */
import type { Token } from "../lexer.ts";
import { isSpace } from "./characters.ts";

export function readStandardString(text: string, token: Token, contentStart: number): void {
  readString(text, token, contentStart, endOfStandardPiece);
}

export function readEscapeString(text: string, token: Token, contentStart: number): void {
  readString(text, token, contentStart, endOfEscapePiece);
}

export function readQuoted(text: string, token: Token, contentStart: number): void {
  token.kind = "quoted";
  const end = endOfDoubled(text, contentStart, '"');
  if (end === undefined) token.open = "identifier";
  token.end = end ?? text.length;
}

type EndOfPiece = (text: string, from: number) => number | undefined;

function readString(
  text: string,
  token: Token,
  contentStart: number,
  endOfPiece: EndOfPiece,
): void {
  token.kind = "string";
  let end = endOfPiece(text, contentStart);
  while (end !== undefined) {
    const continued = continuation(text, end);
    if (continued === undefined) {
      token.end = end;
      return;
    }
    token.gaps ??= [];
    token.gaps.push(end - 1, continued);
    end = endOfPiece(text, continued);
  }
  token.open = "string";
  token.end = text.length;
}

function endOfStandardPiece(text: string, from: number): number | undefined {
  return endOfDoubled(text, from, "'");
}

/** After the closing mark; a doubled mark is content. */
function endOfDoubled(text: string, from: number, mark: string): number | undefined {
  let at = text.indexOf(mark, from);
  while (at !== -1) {
    if (text[at + 1] !== mark) return at + 1;
    at = text.indexOf(mark, at + 2);
  }
  return undefined;
}

function endOfEscapePiece(text: string, from: number): number | undefined {
  let at = from;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === backslash) at += 2;
    else if (code !== quote) at += 1;
    else if (text.charCodeAt(at + 1) === quote) at += 2;
    else return at + 1;
  }
  return undefined;
}

/**
 * Two strings with white space between them that holds a line end are one string. Line comments count as white
 * space there, block comments do not. Answers the offset after the next opening quote.
 */
function continuation(text: string, from: number): number | undefined {
  let at = from;
  let sawLineEnd = false;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === lineFeed || code === carriageReturn) sawLineEnd = true;
    if (isSpace(code)) at += 1;
    else if (code === dash && text.charCodeAt(at + 1) === dash) {
      while (at < text.length && !isLineEnd(text.charCodeAt(at))) at += 1;
    } else return code === quote && sawLineEnd ? at + 1 : undefined;
  }
  return undefined;
}

function isLineEnd(code: number): boolean {
  return code === lineFeed || code === carriageReturn;
}

const lineFeed = 10;
const carriageReturn = 13;
const quote = 0x27;
const dash = 0x2d;
const backslash = 0x5c;
