/** What a DO block says of itself: its options, and its body as PL/pgSQL's own parser reads it. */
import type { Parser } from "./parse.ts";
import { quoteLiteral } from "./quote.ts";
import { constantOf, type SyntaxNode, textAt, typedChildrenAt } from "./syntax.ts";

/** Of a block in another language, or one that only the server can read, nothing is known. */
export type DoBlock =
  | { readonly kind: "read"; readonly body: SyntaxNode }
  | { readonly kind: "other language" | "unread" };

export function readDoBlock(tree: SyntaxNode, parser: Parser): DoBlock {
  const options = optionsOfBlock(tree);
  const text = options.get("as");
  if (text === undefined || (options.get("language") ?? "plpgsql") !== "plpgsql") {
    return { kind: "other language" };
  }
  const body = parser.parseBody(`do ${quoteLiteral(text)}`);
  return body === undefined ? { kind: "unread" } : { kind: "read", body };
}

/** COMMIT or ROLLBACK stands in it, which the server takes only where no transaction block is around it. */
export function endsTransactions(tree: SyntaxNode, parser: Parser): boolean {
  // Parsing a body costs more than the statement around it, and nearly none has either word.
  if (!/\b(?:commit|rollback)\b/i.test(optionsOfBlock(tree).get("as") ?? "")) return false;
  const block = readDoBlock(tree, parser);
  return (
    block.kind === "read" && /"PLpgSQL_stmt_(?:commit|rollback)":/.test(JSON.stringify(block.body))
  );
}

function optionsOfBlock(tree: SyntaxNode): ReadonlyMap<string, string> {
  const options = typedChildrenAt(tree, "args").flatMap(({ body }) => {
    const [name, value] = [textAt(body, "defname"), constantOf(body["arg"])];
    return name === undefined || value === undefined ? [] : [[name, value] as const];
  });
  return new Map(options);
}
