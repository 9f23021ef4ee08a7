/**
 * What a script says, without how it is written: a hash over its tokens that comments, white space, line ends and
 * a byte order mark do not change, and that anything else does. Unquoted names and keywords are folded as the
 * server folds them; strings and COPY data count exactly. psql's commands count too, but for `\restrict`, whose
 * key pg_dump draws anew each time.
 */
import { createHash } from "node:crypto";
import { sha256 } from "../core/hash.ts";
import type { Token } from "./lexer.ts";
import type { Piece } from "./pieces.ts";
import { splitScript, type TokenSink } from "./split.ts";
import { compareSequences } from "./meaning/compare.ts";

export function meaningHash(text: string): string {
  const tally = createMeaningTally(text);
  for (const piece of splitScript(text, tally.token)) tally.piece(piece);
  return tally.hash();
}

/** The hash for whoever splits the text anyway: to be told of every token and every piece, in their order. */
export interface MeaningTally {
  readonly token: TokenSink;
  piece(piece: Piece): void;
  hash(): string;
}

export function createMeaningTally(text: string): MeaningTally {
  const hash = createHash("sha256");
  const reader = createMeaningReader(text);
  let pending = "";
  return {
    token: reader.token,
    piece: (piece) => {
      pending += reader.pieceMeaning(piece);
      if (pending.length <= flushLength) return;
      hash.update(pending);
      pending = "";
    },
    hash: () => hash.update(pending).digest("hex"),
  };
}

interface MeaningStatement {
  readonly piece: Piece;
  readonly hash: string;
}

/** One hash per statement, in order. Pieces that mean nothing are left out. */
function* meaningStatements(text: string): Generator<MeaningStatement, void, undefined> {
  const reader = createMeaningReader(text);
  for (const piece of splitScript(text, reader.token)) {
    const meaning = reader.pieceMeaning(piece);
    if (meaning !== "") yield { piece, hash: sha256(meaning) };
  }
}

export interface StatementChange {
  readonly kind: "added" | "removed";
  /** From 1, among the statements of the text that it is in. */
  readonly ordinal: number;
  readonly line: number;
  readonly text: string;
}

/** What was edited, statement by statement, in the order of the file; a changed one is removed and added. */
export function changedStatements(before: string, after: string): readonly StatementChange[] {
  const old = [...meaningStatements(before)];
  const now = [...meaningStatements(after)];
  const edits = compareSequences(
    old.map((statement) => statement.hash),
    now.map((statement) => statement.hash),
  );
  return edits.flatMap((edit) => {
    const [source, statement] =
      edit.kind === "removed" ? [before, old[edit.index]] : [after, now[edit.index]];
    if (statement === undefined) return [];
    const { start, fullEnd, line } = statement.piece;
    const text = source.slice(start, fullEnd).trimEnd();
    return [{ kind: edit.kind, ordinal: edit.index + 1, line, text }];
  });
}

const flushLength = 1 << 16;

interface MeaningReader {
  readonly token: TokenSink;
  /** With the tokens that were told since the piece before. */
  pieceMeaning(piece: Piece): string;
}

/** Each token is led by its kind and its length, so that no two different streams give the same text. */
function createMeaningReader(text: string): MeaningReader {
  let tokens = "";
  return {
    token: (token) => {
      tokens += tokenMeaning(text, token);
    },
    pieceMeaning: (piece) => {
      const meaning = pieceMeaning(text, piece, tokens);
      tokens = "";
      return meaning;
    },
  };
}

function pieceMeaning(text: string, piece: Piece, tokens: string): string {
  switch (piece.kind) {
    case "statement":
      return `S${tokens}${piece.terminator === "command" ? "\\" : ";"}`;
    case "copy":
      return `C${tokens};${part("d", text.slice(piece.data.start, piece.data.end))}`;
    case "meta": {
      if (piece.name === "restrict" || piece.name === "unrestrict") return "";
      const data = piece.data === undefined ? "" : text.slice(piece.data.start, piece.data.end);
      return `M${part("n", piece.name)}${part("a", piece.arguments)}${part("d", data)}`;
    }
  }
}

function tokenMeaning(text: string, token: Readonly<Token>): string {
  const raw = text.slice(token.start, token.end);
  switch (token.kind) {
    case "word":
      return part("w", foldCase(raw));
    case "number":
      return part("0", raw.toLowerCase());
    case "string":
      return part("s", token.gaps === undefined ? foldPrefix(raw) : joinString(text, token));
    case "quoted":
      return part('"', foldPrefix(raw));
    case "end":
      // A comment that nothing closes.
      return part("!", raw);
    default:
      return part("p", raw);
  }
}

function part(kind: string, content: string): string {
  return `${kind}${content.length}:${content}`;
}

/** As the server does: ASCII letters only. */
export function foldCase(name: string): string {
  return /[A-Z]/.test(name) ? name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase()) : name;
}

/** The E of E'', the U of U&'' and their like may be written small or large. */
function foldPrefix(raw: string): string {
  return /^[A-Z]/.test(raw) ? raw.charAt(0).toLowerCase() + raw.slice(1) : raw;
}

function joinString(text: string, token: Readonly<Token>): string {
  let joined = "";
  let at = token.start;
  const gaps = token.gaps ?? [];
  for (let index = 0; index + 1 < gaps.length; index += 2) {
    joined += text.slice(at, gaps[index]);
    at = gaps[index + 1] ?? at;
  }
  return foldPrefix(joined + text.slice(at, token.end));
}
