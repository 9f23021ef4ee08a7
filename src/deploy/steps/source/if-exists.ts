/**
 * ALTER ... IF EXISTS of a relation that is not there: the server skips it without an error. Where the order of the files
 * is only a guess, another file may make the relation yet, and what the statement says would be lost without a word.
 * What only takes something away is skipped, as a script skips it that clears the place first.
 */
import type { Session } from "../../../ports/database.ts";
import { loadParser, type ParsedStatement } from "../../../sql/parse.ts";
import { quoteLiteral, quoteQualifiedName } from "../../../sql/quote.ts";
import { flagAt, nodeAt, textAt, typedChildrenAt, type TypedNode } from "../../../sql/syntax.ts";

/** As to_regclass() reads it. */
export type RelationName = string;

const mayAwait = /^\s*alter\b[^;]*\bif\s+exists\b/is;

/** The relation that has to be there for the statement to do anything; undefined when it is, or when none has to. */
export async function awaitedRelation(
  session: Session,
  text: string,
): Promise<RelationName | undefined> {
  if (!mayAwait.test(text)) return undefined;
  const outcome = (await loadParser()).parse(text);
  const [statement, ...more] = outcome.kind === "parsed" ? outcome.statements : [];
  if (statement === undefined || more.length > 0) return undefined;
  const name = alteredIfThere(statement);
  return name === undefined || (await isThere(session, name)) ? undefined : name;
}

export async function isThere(session: Session, name: RelationName): Promise<boolean> {
  const [row] = await session.query(
    `select pg_catalog.to_regclass(${quoteLiteral(name)}) is not null as there`,
  );
  return row?.["there"] === true;
}

const altering: ReadonlySet<string> = new Set([
  "AlterTableStmt",
  "RenameStmt",
  "AlterObjectSchemaStmt",
]);

/** Undefined: it alters nothing, or fails without it, or only takes something away. */
export function alteredIfThere({ node, tree }: ParsedStatement): RelationName | undefined {
  if (!altering.has(node) || !flagAt(tree, "missing_ok")) return undefined;
  const relation = nodeAt(tree, "relation");
  const name = textAt(relation, "relname");
  if (name === undefined) return undefined;
  const commands = typedChildrenAt(tree, "cmds");
  if (commands.length > 0 && commands.every(takesAway)) return undefined;
  return quoteQualifiedName(textAt(relation, "schemaname"), name);
}

function takesAway({ body }: TypedNode): boolean {
  const subtype = textAt(body, "subtype") ?? "";
  if (subtype === "AT_ColumnDefault") return body["def"] === undefined;
  return subtype.startsWith("AT_Drop") || subtype.startsWith("AT_DetachPartition");
}
