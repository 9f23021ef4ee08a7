/**
 * SQL that users hand in for a value or a condition: one expression and nothing else, as PostgreSQL's parser reads
 * it. What stands in the middle of a statement of ours must not be able to end it.
 */
import { LockstepError } from "../core/errors.ts";
import type { Parser } from "../sql/parse.ts";
import { childrenAt, namesOf, walk } from "../sql/syntax.ts";

/** Gives the names of the columns that it is made of. */
export function checkExpression(parser: Parser, text: string, what: string): readonly string[] {
  // A comment at its end would swallow the parenthesis; so the check is of the text as it will be used.
  const outcome = parser.parse(`select ${wrapped(text)}`);
  if (outcome.kind === "refused") throw refuse(what, outcome.problem.message);
  const [statement] = outcome.statements;
  const allowed = new Set(["targetList", "limitOption", "op"]);
  const isAlone =
    outcome.statements.length === 1 &&
    statement?.node === "SelectStmt" &&
    childrenAt(statement.tree, "targetList").length === 1 &&
    Object.keys(statement.tree).every((key) => allowed.has(key)) &&
    statement.tree["op"] === "SETOP_NONE";
  if (!isAlone) throw refuse(what, "it is not one expression");
  const columns: string[] = [];
  walk(statement.tree, ({ kind, body }) => {
    if (kind === "ColumnRef") columns.push(namesOf(body["fields"]).at(-1) ?? "");
  });
  return columns;
}

/** By new column, the old ones that its expression is made of. */
export type ExpressionUses = Readonly<Record<string, readonly string[]>>;

export function checkExpressions(
  parser: Parser,
  expressions: Readonly<Record<string, string>>,
): ExpressionUses {
  return Object.fromEntries(
    Object.entries(expressions).map(([column, text]) => [
      column,
      checkExpression(parser, text, column),
    ]),
  );
}

/** As it stands in a statement. */
export function wrapped(text: string): string {
  return `(${text}\n)`;
}

function refuse(what: string, why: string): LockstepError {
  return new LockstepError("DATA.EXPRESSION", `the expression of ${what} can't be used: ${why}`);
}
