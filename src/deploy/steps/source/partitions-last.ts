/**
 * An index or a key of a partitioned table makes one in each of its partitions, under a name that the server chooses, or
 * takes up the one that is there. Where the order of the files is only a guess, that may come before a partition's own
 * file says the same, which then fails: so it waits until everything else is there, and that of the deepest table goes
 * first.
 */
import type { Session } from "../../../ports/database.ts";
import { loadParser, type ParsedStatement } from "../../../sql/parse.ts";
import { quoteLiteral, quoteQualifiedName } from "../../../sql/quote.ts";
import { nodeAt, textAt, typedChildrenAt, typedNode } from "../../../sql/syntax.ts";

const mayReachPartitions = /^\s*(?:create\s+(?:unique\s+)?index|alter\s+table)\b/i;

/** How deep below the topmost table the partitioned one is that the statement gives an index or a key; else undefined. */
export async function depthOfPartitioned(
  session: Session,
  text: string,
): Promise<number | undefined> {
  if (!mayReachPartitions.test(text)) return undefined;
  const outcome = (await loadParser()).parse(text);
  const [statement, ...more] = outcome.kind === "parsed" ? outcome.statements : [];
  if (statement === undefined || more.length > 0) return undefined;
  const relation = nodeAt(statement.tree, "relation");
  const name = textAt(relation, "relname");
  // With ONLY too: a partition that came later would get one all the same.
  if (name === undefined || !givesIndex(statement)) return undefined;
  const table = quoteQualifiedName(textAt(relation, "schemaname"), name);
  const [row] = await session.query(
    `select (select count(*)::int from pg_catalog.pg_partition_ancestors(oid)) as depth
    from pg_catalog.pg_class where oid = pg_catalog.to_regclass(${quoteLiteral(table)}) and relkind = 'p'`,
  );
  const depth = row?.["depth"];
  return typeof depth === "number" ? depth : undefined;
}

const keys: ReadonlySet<string> = new Set(["CONSTR_PRIMARY", "CONSTR_UNIQUE", "CONSTR_EXCLUSION"]);

function givesIndex({ node, tree }: ParsedStatement): boolean {
  if (node === "IndexStmt") return true;
  return typedChildrenAt(tree, "cmds").some(({ body }) => {
    if (textAt(body, "subtype") !== "AT_AddConstraint") return false;
    return keys.has(textAt(typedNode(body["def"])?.body ?? {}, "contype") ?? "");
  });
}

/** As the server says that the index or the key is there already. */
export function isMadeTwice(sqlState: string | undefined): boolean {
  return sqlState !== undefined && madeTwiceStates.has(sqlState);
}

const madeTwiceStates: ReadonlySet<string> = new Set([
  "42P07", // duplicate_table: an index's name, also of one behind a constraint
  "42710", // duplicate_object: a constraint's name
  "42P16", // invalid_table_definition: a second primary key
]);
