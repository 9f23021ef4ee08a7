/** In what an offset of a script lies: code, a string, a quoted name, a comment, a psql command, COPY data. */
import { createLexer, type Token } from "./lexer.ts";
import type { Piece } from "./pieces.ts";
import { splitScript } from "./split.ts";

export interface Place {
  readonly kind: "code" | "string" | "identifier" | "comment" | "command" | "data";
  /** How the string or the name begins: `'`, `e'`, `u&"`, `$body$`; in small letters but for the tag. */
  readonly opening: string;
}

/** For offsets that only grow: the text is read once, however many are asked for. */
export function createPlaceFinder(text: string): (offset: number) => Place {
  const pieces = splitScript(text);
  let piece = pieces.next();
  let lexer = createLexer(text);
  let token: Readonly<Token> = lexer.next();
  return (offset) => {
    while (piece.done !== true && piece.value.fullEnd <= offset) {
      const { fullEnd } = piece.value;
      piece = pieces.next();
      lexer = createLexer(text, fullEnd);
      token = lexer.next();
    }
    const byLines = piece.done === true ? undefined : placeByLines(piece.value, offset);
    if (byLines !== undefined) return byLines;
    while (token.end <= offset && token.kind !== "end") token = lexer.next();
    return offset < token.start ? plain("comment") : placeInToken(text, token);
  };
}

/** In what psql reads by lines: its commands, and data. */
function placeByLines(piece: Piece, offset: number): Place | undefined {
  if (piece.kind === "statement") return undefined;
  if (piece.data !== undefined && offset >= piece.data.start) return plain("data");
  return piece.kind === "meta" && offset >= piece.start ? plain("command") : undefined;
}

function placeInToken(text: string, token: Readonly<Token>): Place {
  if (token.kind === "end") return plain("comment");
  if (token.kind !== "string" && token.kind !== "quoted") return plain("code");
  const kind = token.kind === "string" ? "string" : "identifier";
  return { kind, opening: openingOf(text, token) };
}

function plain(kind: Place["kind"]): Place {
  return { kind, opening: "" };
}

function openingOf(text: string, token: Readonly<Token>): string {
  if (text.charAt(token.start) === "$") {
    return text.slice(token.start, text.indexOf("$", token.start + 1) + 1);
  }
  const prefix = /^[A-Za-z&]*['"]/.exec(text.slice(token.start, token.start + 3));
  return (prefix?.[0] ?? "").toLowerCase();
}
