/**
 * Cuts a script into statements, COPY blocks and psql commands, one at a time and in one pass, so that a file of
 * any size needs no more memory than its text. Where a statement ends follows from its tokens: a semicolon outside
 * parentheses and outside the body of a BEGIN ATOMIC function. Whoever needs the tokens, too, is told of them on the
 * way, so that nobody reads a text twice. It never throws and never decides what a
 * statement means; what was left open goes on to the parser, which says so with a position.
 */
import { createLexer, type Lexer, type OpenConstruct, type Token } from "./lexer.ts";
import type { CopyPiece, MetaPiece, Piece, StatementPiece, TextRange } from "./pieces.ts";
import { createPositionCounter, type TextPosition } from "./position.ts";
import { copyData, metaCommandAt, restOfLine } from "./split/lines.ts";
import { createStatementShape } from "./split/shape.ts";

/**
 * Told of each token of a statement or of a COPY before its piece is handed out; the semicolon that ends it is none
 * of them. The token is the lexer's one object, filled again and again.
 */
export type TokenSink = (token: Readonly<Token>) => void;

export function* splitScript(
  text: string,
  onToken: TokenSink = ignore,
): Generator<Piece, void, undefined> {
  const reader: Reader = {
    text,
    lexer: createLexer(text),
    positionOf: createPositionCounter(text),
    onToken,
    leadingStart: 0,
  };
  for (;;) {
    const first = reader.lexer.next();
    if (first.kind === "end") {
      if (first.open !== undefined) yield openComment(reader, first);
      return;
    }
    if (isSemicolon(text, first)) continue;
    if (first.kind === "backslash" && !isJoin(text, first)) yield readMeta(reader, first.start);
    else yield readStatement(reader);
  }
}

interface Reader {
  readonly text: string;
  readonly lexer: Lexer;
  readonly positionOf: (offset: number) => TextPosition;
  readonly onToken: TokenSink;
  leadingStart: number;
}

function ignore(): void {
  // Nobody asked for tokens.
}

/** A comment that is never closed swallows what follows; the server calls it an error, so it is a statement. */
function openComment(reader: Reader, token: Readonly<Token>): StatementPiece {
  const range = { start: token.start, end: token.end, fullEnd: token.end };
  reader.onToken(token);
  const common = finish(reader, range);
  const text = reader.text.slice(token.start, token.end);
  return { kind: "statement", text, terminator: "end", joined: false, open: "comment", ...common };
}

function readStatement(reader: Reader): StatementPiece | CopyPiece {
  const { text, lexer, onToken } = reader;
  const start = lexer.token.start;
  const shape = createStatementShape(text);
  let end = lexer.token.end;
  let joined = false;
  let token: Readonly<Token> = lexer.token;
  for (;;) {
    // The token is one object that the lexer fills again and again; an open one is always the last.
    if (token.open !== undefined) {
      onToken(token);
      return ended(reader, {
        start,
        end: text.length,
        joined,
        terminator: "end",
        fullEnd: text.length,
        open: token.open,
      });
    }
    if (token.kind === "end") {
      return ended(reader, { start, end, joined, terminator: "end", fullEnd: end });
    }
    if (token.kind === "backslash") {
      if (!isJoin(text, token)) {
        lexer.seek(token.start);
        return ended(reader, { start, end, joined, terminator: "command", fullEnd: token.start });
      }
      joined = true;
      onToken(token);
      onToken(lexer.next());
      shape.restart();
    } else if (isSemicolon(text, token) && shape.isOutside()) {
      const fullEnd = token.end;
      if (shape.isCopyFromStandardInput() && !joined)
        return readCopy(reader, { start, end, fullEnd });
      return ended(reader, { start, end, joined, terminator: "semicolon", fullEnd });
    } else {
      onToken(token);
      shape.add(token);
    }
    end = token.end;
    token = lexer.next();
  }
}

interface StatementEnd extends TextRange {
  readonly joined: boolean;
  readonly terminator: StatementPiece["terminator"];
  readonly fullEnd: number;
  readonly open?: OpenConstruct;
}

function ended(reader: Reader, found: StatementEnd): StatementPiece {
  const { joined, terminator, open } = found;
  const common = finish(reader, found);
  const text = reader.text.slice(common.start, common.end);
  return {
    kind: "statement",
    text,
    terminator,
    joined,
    ...(open === undefined ? {} : { open }),
    ...common,
  };
}

function readCopy(reader: Reader, found: TextRange & { readonly fullEnd: number }): CopyPiece {
  const { trailing, nextLine } = restOfLine(reader.text, found.fullEnd);
  const block = copyData(reader.text, nextLine);
  reader.lexer.seek(block.fullEnd);
  const common = finish(reader, { start: found.start, end: found.end, fullEnd: block.fullEnd });
  return {
    kind: "copy",
    text: reader.text.slice(common.start, common.end),
    data: block.data,
    terminated: block.terminated,
    ...(trailing === undefined ? {} : { trailing }),
    ...common,
  };
}

function readMeta(reader: Reader, start: number): MetaPiece {
  const found = metaCommandAt(reader.text, start);
  reader.lexer.seek(found.fullEnd);
  const common = finish(reader, { start, end: found.end, fullEnd: found.fullEnd });
  const { name, argumentsText, argumentsStart, data } = found;
  const dataOnly = data === undefined ? {} : { data };
  return { kind: "meta", name, arguments: argumentsText, argumentsStart, ...dataOnly, ...common };
}

interface CommonRange extends TextRange {
  readonly leadingStart: number;
  readonly fullEnd: number;
  readonly line: number;
  readonly column: number;
}

function finish(reader: Reader, range: TextRange & { readonly fullEnd: number }): CommonRange {
  const { line, column } = reader.positionOf(range.start);
  const { leadingStart } = reader;
  reader.leadingStart = range.fullEnd;
  return { start: range.start, end: range.end, leadingStart, fullEnd: range.fullEnd, line, column };
}

function isSemicolon(text: string, token: Readonly<Token>): boolean {
  return token.kind === "punctuation" && text.charCodeAt(token.start) === semicolon;
}

function isJoin(text: string, token: Readonly<Token>): boolean {
  return text.charCodeAt(token.start + 1) === semicolon;
}

const semicolon = 0x3b;
