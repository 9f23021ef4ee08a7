/**
 * CREATE TYPE x without more only says that there will be such a type. A function that names the type says so as well, and
 * where the order of the files is only a guess, it may have come first.
 */
import type { ServerError, Session } from "../../../ports/database.ts";
import { loadParser } from "../../../sql/parse.ts";
import { quoteLiteral } from "../../../sql/quote.ts";
import { textAt, typedChildrenAt } from "../../../sql/syntax.ts";

const mayBeShell = /^\s*create\s+type\s[^(]*$/i;

/** As the server says that there is such a type. */
const duplicateObject = "42710";

export async function isShellAgain(
  session: Session,
  { sqlState }: ServerError,
  text: string,
): Promise<boolean> {
  if (sqlState !== duplicateObject || !mayBeShell.test(text)) return false;
  const outcome = (await loadParser()).parse(text);
  const [statement, ...more] = outcome.kind === "parsed" ? outcome.statements : [];
  if (statement?.node !== "DefineStmt" || more.length > 0) return false;
  if (statement.tree["definition"] !== undefined) return false;
  const names = typedChildrenAt(statement.tree, "defnames").map(
    ({ body }) => textAt(body, "sval") ?? "",
  );
  const [schema, name] = names.length > 1 ? names.slice(-2) : [undefined, names[0]];
  const home = schema === undefined ? "pg_catalog.current_schema()" : quoteLiteral(schema);
  // A shell becomes a base type or a range, and nothing else.
  const [row] = await session.query(
    `select exists (select from pg_catalog.pg_type t join pg_catalog.pg_namespace n on n.oid = t.typnamespace
      where n.nspname = ${home} and t.typname = ${quoteLiteral(name ?? "")}
        and t.typtype in ('b', 'r', 'p')) as there`,
  );
  return row?.["there"] === true;
}
