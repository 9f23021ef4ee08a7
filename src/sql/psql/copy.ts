/**
 * `\copy` on one line, turned into the COPY that the server is sent. psql reads the whole line itself and puts no
 * variable into it. Only reading from a file of the project is let through.
 */
import { LockstepError, type SourcePosition } from "../../core/errors.ts";
import { createLexer } from "../lexer.ts";
import type { MetaPiece } from "../pieces.ts";
import {
  joinMapped,
  type MappedText,
  mapReplacement,
  mapVerbatim,
  type SourceText,
} from "../source.ts";

export interface CopyCommand {
  readonly statement: MappedText;
  /** Undefined when the data follows in the script. */
  readonly path: string | undefined;
}

export function readCopyCommand(
  source: SourceText,
  piece: MetaPiece,
  where: SourcePosition,
): CopyCommand {
  const start = piece.argumentsStart;
  const end = start + piece.arguments.length;
  const direction = findDirection(source.text, start, end);
  if (direction?.word !== "from") {
    const message = direction === undefined ? "\\copy lacks FROM." : "\\copy ... to writes a file.";
    const code = direction === undefined ? "SQL.PSQL_ARGUMENTS" : "SQL.PSQL_REFUSED";
    throw new LockstepError(code, message, { where });
  }
  const place = readPlace(source.text.slice(direction.end, end), where);
  const statement = joinMapped(
    [
      mapReplacement(source, piece.start, "COPY "),
      mapVerbatim(source, start, direction.end),
      mapReplacement(source, direction.end, " STDIN"),
      mapVerbatim(source, direction.end + place.length, end),
    ],
    source,
  );
  return { statement, path: place.path };
}

interface Direction {
  readonly word: "from" | "to";
  readonly end: number;
}

/** The first FROM or TO outside parentheses: a query stands in them. */
function findDirection(text: string, start: number, end: number): Direction | undefined {
  const lexer = createLexer(text, start);
  let depth = 0;
  for (let token = lexer.next(); token.start < end && token.kind !== "end"; token = lexer.next()) {
    const raw = text.slice(token.start, token.end).toLowerCase();
    if (raw === "(") depth += 1;
    else if (raw === ")") depth -= 1;
    else if (depth === 0 && token.kind === "word" && (raw === "from" || raw === "to")) {
      return { word: raw, end: token.end };
    }
  }
  return undefined;
}

interface Place {
  readonly path: string | undefined;
  /** Of the text that it takes, with the space before it. */
  readonly length: number;
}

const placePattern = /^\s*(?:'((?:[^']|'')*)'|([^\s;]+))/;

function readPlace(text: string, where: SourcePosition): Place {
  const match = placePattern.exec(text);
  if (match === null) throw new LockstepError("SQL.PSQL_ARGUMENTS", onlyFiles, { where });
  const length = match[0].length;
  const quoted = match[1]?.replaceAll("''", "'");
  if (quoted !== undefined) return { path: quoted, length };
  const bare = match[2] ?? "";
  if (/^(?:program|pstdin|'.*)$/i.test(bare)) {
    throw new LockstepError("SQL.PSQL_REFUSED", onlyFiles, { where });
  }
  return { path: /^std(?:in|out)$/i.test(bare) ? undefined : bare, length };
}

const onlyFiles = "\\copy reads only from a file of the project.";
