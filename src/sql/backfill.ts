/**
 * One UPDATE, DELETE or INSERT ... SELECT as something that can be run range by range: where its rows come from, and the
 * statement with one more condition on their key. The condition is put in by the tokens and the tree of the server's
 * own parser, and the result is parsed again and held against the original: it must differ in its WHERE alone.
 */
import { LockstepError } from "../core/errors.ts";
import type { JsonValue } from "../core/errors.ts";
import { createLexer } from "./lexer.ts";
import type { ParsedStatement, Parser } from "./parse.ts";
import { quoteIdentifier } from "./quote.ts";
import {
  asSyntaxNode,
  childrenAt,
  flagAt,
  nodeAt,
  textAt,
  typedChildrenAt,
  typedNode,
  walk,
  type SyntaxNode,
} from "./syntax.ts";

export interface RangedStatement {
  /** Whose key the ranges are of. */
  readonly table: { readonly schema: string | undefined; readonly name: string };
  /** What the statement calls it, quoted: the prefix of the key's columns. */
  readonly reference: string;
  /** Columns that the statement writes in that table: a key that changes is no cursor. */
  readonly writes: readonly string[];
  /** The statement, its rows restricted by one more condition. */
  readonly within: (condition: string) => string;
}

/** `text`: one statement without its semicolon, `statement`: what the parser made of it. */
export function rangedStatement(
  text: string,
  statement: ParsedStatement,
  parser: Parser,
): RangedStatement {
  const source = sourceOf(statement);
  const places = placesIn(text, statement.node === "InsertStmt");
  const within = (condition: string): string => {
    const { where, end } = places;
    const head = text.slice(0, where?.start ?? end);
    const own = where === undefined ? undefined : text.slice(where.end, end).trim();
    const tail = text.slice(end);
    // A comment at the end of the condition must not swallow what follows it.
    const both = own === undefined ? condition : `(${own}\n) and ${condition}`;
    return `${head.trimEnd()}\nwhere ${both}\n${tail}`;
  };
  refuseOtherTree(statement, parser.parse(within("(true)")));
  return { ...source, within };
}

type Source = Pick<RangedStatement, "table" | "reference" | "writes">;

function sourceOf(statement: ParsedStatement): Source {
  const { tree, node } = statement;
  refuseModifyingWith(tree);
  switch (node) {
    case "UpdateStmt":
    case "DeleteStmt":
      return {
        ...relationOf(nodeAt(tree, "relation")),
        writes: typedChildrenAt(tree, "targetList").flatMap(
          ({ body }) => textAt(body, "name") ?? [],
        ),
      };
    case "InsertStmt":
      return { ...selectSource(tree), writes: [] };
    default:
      throw refused("a backfill is one UPDATE, DELETE or INSERT ... SELECT");
  }
}

function relationOf(relation: SyntaxNode): Omit<Source, "writes"> {
  const name = textAt(relation, "relname") ?? "";
  const schema = textAt(relation, "schemaname");
  const alias = textAt(nodeAt(relation, "alias"), "aliasname");
  return { table: { schema, name }, reference: quoteIdentifier(alias ?? name) };
}

/** The leftmost table that the rows come from. */
function selectSource(tree: SyntaxNode): Omit<Source, "writes"> {
  const select = typedNode(tree["selectStmt"]);
  const body = select?.body ?? asSyntaxNode(undefined);
  if (select?.kind !== "SelectStmt" || childrenAt(body, "fromClause").length === 0) {
    throw refused("an INSERT without a SELECT ... FROM has no rows to go by");
  }
  const whole = [
    ["groupClause", "GROUP BY"],
    ["havingClause", "HAVING"],
    ["distinctClause", "DISTINCT"],
    ["limitCount", "LIMIT"],
    ["limitOffset", "OFFSET"],
    ["larg", "UNION"],
    ["windowClause", "WINDOW"],
  ] as const;
  for (const [field, word] of whole) {
    if (body[field] !== undefined) throw refused(`${word} looks at all rows at once`);
  }
  walk(body["targetList"], ({ kind, body: call }) => {
    if (kind === "FuncCall" && (call["over"] !== undefined || flagAt(call, "agg_star"))) {
      throw refused("an aggregate looks at all rows at once");
    }
  });
  const leftmost = leftOf(typedChildrenAt(body, "fromClause")[0]);
  if (leftmost === undefined) throw refused("FROM has to begin with a table");
  return relationOf(leftmost);
}

function leftOf(
  item: { readonly kind: string; readonly body: SyntaxNode } | undefined,
): SyntaxNode | undefined {
  if (item?.kind === "RangeVar") return item.body;
  if (item?.kind !== "JoinExpr") return undefined;
  const type = textAt(item.body, "jointype");
  if (type === "JOIN_RIGHT" || type === "JOIN_FULL") return undefined;
  return leftOf(typedNode(item.body["larg"]));
}

function refuseModifyingWith(tree: SyntaxNode): void {
  for (const { body } of typedChildrenAt(nodeAt(tree, "withClause"), "ctes")) {
    const query = typedNode(body["ctequery"])?.kind ?? "";
    if (query !== "SelectStmt") throw refused("WITH may only read");
  }
}

interface Places {
  /** The word WHERE of the statement itself. */
  readonly where: { readonly start: number; readonly end: number } | undefined;
  /** Where the condition ends, or would stand: before RETURNING or ON CONFLICT, or at the end. */
  readonly end: number;
}

/** Outside of parentheses WHERE, RETURNING and ON CONFLICT stand once and belong to the statement. */
function placesIn(text: string, isInsert: boolean): Places {
  const lexer = createLexer(text);
  let depth = 0;
  let where: Places["where"];
  let end = 0;
  let before: { readonly word: string; readonly start: number; readonly end: number } | undefined;
  for (;;) {
    const token = lexer.next();
    if (token.kind === "end") return { where, end };
    const piece = text.slice(token.start, token.end);
    if (token.kind === "punctuation") depth += depthOf(piece);
    const word = token.kind === "word" && depth === 0 ? piece.toLowerCase() : "";
    const previous = end;
    if (word === "returning") return { where, end: previous };
    if (isInsert && word === "conflict" && before?.word === "on") {
      return { where, end: endBefore(text, before.start) };
    }
    if (word === "where") where = { start: token.start, end: token.end };
    before = { word, start: token.start, end: token.end };
    end = token.end;
  }
}

function depthOf(piece: string): number {
  if (piece === "(" || piece === "[") return 1;
  return piece === ")" || piece === "]" ? -1 : 0;
}

function endBefore(text: string, start: number): number {
  return text.slice(0, start).trimEnd().length;
}

/** With a condition that is always true, nothing but the WHERE may have changed. */
function refuseOtherTree(statement: ParsedStatement, outcome: ReturnType<Parser["parse"]>): void {
  const [made] = outcome.kind === "parsed" ? outcome.statements : [];
  const isSame =
    made?.node === statement.node && bare(withoutWhere(made)) === bare(withoutWhere(statement));
  if (!isSame) throw refused("its WHERE was not found");
}

function withoutWhere({ node, tree }: ParsedStatement): readonly SyntaxNode[] {
  if (node !== "InsertStmt") return [omitWhere(tree)];
  const { selectStmt, ...rest } = tree;
  return [rest, omitWhere(typedNode(selectStmt)?.body ?? {})];
}

function omitWhere({ whereClause: _where, ...rest }: SyntaxNode): SyntaxNode {
  return rest;
}

/** Places move with the text. */
function bare(tree: readonly SyntaxNode[]): string {
  return JSON.stringify(tree, (key, value: JsonValue) => (key === "location" ? undefined : value));
}

function refused(why: string): LockstepError {
  return new LockstepError("BACKFILL.STATEMENT", `it can't be run in batches: ${why}`);
}
