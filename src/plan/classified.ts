/**
 * A file's statements one by one, each with its facts: split as a stream, parsed singly, nothing kept. What the
 * parser of PostgreSQL 18 refuses is a syntax error for a server of that grammar; an older one may still take it,
 * so there the statement goes on, unclassified, and the server has the last word.
 */
import { LockstepError } from "../core/errors.ts";
import type { SqlText } from "../project/migration.ts";
import { classify, unclassified } from "../sql/classify.ts";
import type { Parser, SyntaxProblem } from "../sql/parse.ts";
import type { CopyPiece, StatementPiece } from "../sql/pieces.ts";
import { positionAt } from "../sql/position.ts";
import { splitScript } from "../sql/split.ts";
import type { ClassifiedPiece } from "./segments.ts";

export interface ClassifyOptions {
  readonly parser: Parser;
  /** The server's major version. */
  readonly major: number;
}

const grammarMajor = 18;

export function* classifiedPieces(
  source: SqlText,
  options: ClassifyOptions,
): Generator<ClassifiedPiece, void, undefined> {
  for (const piece of splitScript(source.text)) {
    if (piece.kind === "meta") continue;
    const outcome = options.parser.parse(piece.text);
    if (outcome.kind === "refused") {
      if (options.major >= grammarMajor) throw syntaxError(source, piece, outcome.problem);
      yield { source, piece, facts: unclassified(), statement: undefined };
      continue;
    }
    const [statement] = outcome.statements;
    if (statement === undefined) continue;
    yield { source, piece, facts: classify(statement), statement };
  }
}

function syntaxError(
  source: SqlText,
  piece: StatementPiece | CopyPiece,
  problem: SyntaxProblem,
): LockstepError {
  const { line, column } = positionAt(source.text, piece.start + problem.offset);
  return new LockstepError("SQL.SYNTAX", problem.message, {
    where: { file: source.path, line: source.line + line - 1, column },
  });
}
