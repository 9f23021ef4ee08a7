/** Names that the server cuts at 63 bytes, and names that are the same once they are cut. */
import type { Finding } from "../../core/findings.ts";
import { createLexer } from "../lexer.ts";
import { foldCase } from "../meaning.ts";
import type { Piece } from "../pieces.ts";
import { truncateIdentifier } from "../quote.ts";
import { sourcePosition, type SourceText } from "../source.ts";

export interface LongIdentifiers {
  add(piece: Piece): void;
  findings(): readonly Finding[];
}

/** Below so many units no name can be too long, whatever its characters. */
const unitsMin = 22;

export function createLongIdentifiers(source: SourceText): LongIdentifiers {
  const { text } = source;
  const found: Finding[] = [];
  /** What the names that were met become, and the name that became it first. */
  const fullNames = new Map<string, string>();
  const reported = new Set<string>();

  const note = (name: string, offset: number): void => {
    const cut = truncateIdentifier(name);
    const first = fullNames.get(cut);
    if (first === undefined) fullNames.set(cut, name);
    if (reported.has(name)) return;
    const where = sourcePosition(source, offset);
    if (cut !== name) {
      reported.add(name);
      const message = `The name ${name} is longer than 63 bytes; the server makes it ${cut}.`;
      found.push({ code: "SQL.IDENTIFIER_LONG", severity: "warning", message, where, object: cut });
    }
    if (first !== undefined && first !== name) {
      reported.add(name);
      const message = `The names ${first} and ${name} are both ${cut} once they are cut to 63 bytes.`;
      const code = "SQL.IDENTIFIER_COLLISION";
      found.push({ code, severity: "warning", message, where, object: cut });
    }
  };

  const add = (piece: Piece): void => {
    if (piece.kind === "meta" || piece.end - piece.start < unitsMin) return;
    const lexer = createLexer(text, piece.start);
    for (let token = lexer.next(); token.start < piece.end; token = lexer.next()) {
      if (token.kind === "end") return;
      if (token.end - token.start < unitsMin) continue;
      const raw = text.slice(token.start, token.end);
      if (token.kind === "word") note(foldCase(raw), token.start);
      else if (token.kind === "quoted" && raw.startsWith('"')) {
        note(raw.slice(1, -1).replaceAll('""', '"'), token.start);
      }
    }
  };
  return { add, findings: () => found };
}
