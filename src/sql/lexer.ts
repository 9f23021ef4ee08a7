/**
 * Reads SQL by the token rules of the server's own scanner, one token at a time, without building a list. It
 * knows nothing of grammar: where statements end is split.ts, what they mean is libpg-query. It never throws;
 * what was left open at the end of the text is said in the token. Offsets are those of the JavaScript string.
 */
import { readOperator, readNumber, readParameterOrDollarQuote } from "./lexer/rest.ts";
import { readQuoted, readEscapeString, readStandardString } from "./lexer/strings.ts";
import { isIdentifierStart, isSpace, isDigit, isOperator } from "./lexer/characters.ts";

export type TokenKind =
  | "word"
  | "quoted"
  | "string"
  | "number"
  | "parameter"
  | "operator"
  | "punctuation"
  /** psql's `:name`, `:'name'`, `:"name"` and `:{?name}`. */
  | "variable"
  /** A backslash outside strings: never SQL, always the beginning of a psql command. */
  | "backslash"
  | "end";

/** What was begun and not ended when the text was over. */
export type OpenConstruct = "comment" | "string" | "identifier" | "dollar quote";

export interface Token {
  kind: TokenKind;
  start: number;
  end: number;
  open: OpenConstruct | undefined;
  /**
   * The ranges between the pieces of a string that is continued on the next line, from the closing quote to after
   * the next opening one, as start, end, start, end.
   */
  gaps: number[] | undefined;
}

export interface Lexer {
  /** The token that was read last. It is the same object each time: copy what must stay. */
  readonly token: Readonly<Token>;
  next(): Readonly<Token>;
  seek(offset: number): void;
}

export function createLexer(text: string, from: number = 0): Lexer {
  const token: Token = { kind: "end", start: 0, end: 0, open: undefined, gaps: undefined };
  let at = from === 0 && text.charCodeAt(0) === byteOrderMark ? 1 : from;
  return {
    token,
    next: () => {
      readToken(text, at, token);
      at = token.end;
      return token;
    },
    seek: (offset) => {
      at = offset;
    },
  };
}

export const byteOrderMark = 0xfeff;

function readToken(text: string, from: number, token: Token): void {
  token.open = undefined;
  token.gaps = undefined;
  const start = skipTrivia(text, from, token);
  token.start = start;
  if (token.open !== undefined || start >= text.length) {
    token.kind = "end";
    token.end = text.length;
    return;
  }
  const code = text.charCodeAt(start);
  if (isIdentifierStart(code)) readWordOrPrefixedString(text, token, code);
  else if (isDigit(code)) readNumber(text, token);
  else if (isOperator(code)) readOperator(text, token);
  else readOther(text, token, code);
}

/** Past white space and comments, block comments nested. */
function skipTrivia(text: string, from: number, token: Token): number {
  let at = from;
  for (;;) {
    const code = text.charCodeAt(at);
    if (isSpace(code)) at += 1;
    else if (code === dash && text.charCodeAt(at + 1) === dash) at = endOfLine(text, at);
    else if (code === slash && text.charCodeAt(at + 1) === star) {
      const end = endOfBlockComment(text, at);
      if (end === undefined) {
        token.open = "comment";
        return at;
      }
      at = end;
    } else return at;
  }
}

/*
 * What is long is looked for by regular expressions: they are fast from the first character on, where a loop has to
 * run for a while before the engine makes it so, and most files are over by then.
 */

/** The server ends a line comment at either line end character. */
function endOfLine(text: string, from: number): number {
  lineEndPattern.lastIndex = from;
  return lineEndPattern.test(text) ? lineEndPattern.lastIndex - 1 : text.length;
}

const lineEndPattern = /[\n\r]/g;

function endOfBlockComment(text: string, from: number): number | undefined {
  let depth = 1;
  commentMarkPattern.lastIndex = from + 2;
  while (commentMarkPattern.test(text)) {
    const at = commentMarkPattern.lastIndex;
    depth += text.charCodeAt(at - 1) === star ? 1 : -1;
    if (depth === 0) return at;
  }
  return undefined;
}

const commentMarkPattern = /\/\*|\*\//g;

function readWordOrPrefixedString(text: string, token: Token, first: number): void {
  const start = token.start;
  const next = text.charCodeAt(start + 1);
  const lower = first | 0x20;
  if (next === quote && (lower === letterE || isPlainPrefix(lower))) {
    if (lower === letterE) readEscapeString(text, token, start + 2);
    else readStandardString(text, token, start + 2);
    return;
  }
  if (lower === letterU && next === ampersand) {
    const opening = text.charCodeAt(start + 2);
    if (opening === quote) return readStandardString(text, token, start + 3);
    if (opening === doubleQuote) return readQuoted(text, token, start + 3);
  }
  identifierPattern.lastIndex = start;
  identifierPattern.test(text);
  token.kind = "word";
  token.end = identifierPattern.lastIndex;
}

const identifierPattern = /[A-Za-z_\u0080-\uffff][A-Za-z0-9_$\u0080-\uffff]*/y;

function isPlainPrefix(lower: number): boolean {
  return lower === letterB || lower === letterX || lower === letterN;
}

function readOther(text: string, token: Token, code: number): void {
  const start = token.start;
  if (code === quote) readStandardString(text, token, start + 1);
  else if (code === doubleQuote) readQuoted(text, token, start + 1);
  else if (code === dollar) readParameterOrDollarQuote(text, token);
  else if (code === colon) readColon(text, token);
  else if (code === dot && isDigit(text.charCodeAt(start + 1))) readNumber(text, token);
  else {
    token.kind = code === backslash ? "backslash" : "punctuation";
    token.end = start + 1;
  }
}

/** Sticky, since it is tried at one offset; the server's own `::` and `:=` are looked for before. */
const variablePattern =
  /:(?:[A-Za-z0-9_\u0080-\uffff]+|'[A-Za-z0-9_\u0080-\uffff]+'|"[A-Za-z0-9_\u0080-\uffff]+"|\{\?[A-Za-z0-9_\u0080-\uffff]+\})/y;

function readColon(text: string, token: Token): void {
  const next = text.charCodeAt(token.start + 1);
  if (next === colon || next === equals) {
    token.kind = "punctuation";
    token.end = token.start + 2;
    return;
  }
  variablePattern.lastIndex = token.start;
  const isVariable = variablePattern.test(text);
  token.kind = isVariable ? "variable" : "punctuation";
  token.end = isVariable ? variablePattern.lastIndex : token.start + 1;
}

const quote = 0x27;
const doubleQuote = 0x22;
const dollar = 0x24;
const ampersand = 0x26;
const star = 0x2a;
const dash = 0x2d;
const dot = 0x2e;
const slash = 0x2f;
const colon = 0x3a;
const equals = 0x3d;
const backslash = 0x5c;
const letterB = 0x62;
const letterE = 0x65;
const letterN = 0x6e;
const letterU = 0x75;
const letterX = 0x78;
