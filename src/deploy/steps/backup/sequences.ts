/**
 * Sequences' values. They are outside of any snapshot: what is read is never less than what the rows of the snapshot
 * were numbered with.
 */
import { toolSchemas } from "../../../catalog/filter.ts";
import type { SequenceEntry } from "../../../backup/manifest.ts";
import { booleanOf, textOf } from "../../../ledger/row.ts";
import type { Row, Session } from "../../../ports/database.ts";
import { quoteLiteral, quoteQualifiedName } from "../../../sql/quote.ts";

const listQuery = `
select n.nspname as schema, c.relname as name
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where c.relkind = 'S' and c.relpersistence <> 't' and n.nspname !~ '^pg_'
  and n.nspname <> all ($1::name[])
  and ($2 or pg_catalog.has_schema_privilege(n.oid, 'USAGE') and pg_catalog.has_table_privilege(c.oid, 'SELECT'))
  and (
    c.oid in (select pg_catalog.unnest(e.extconfig) from pg_catalog.pg_extension e)
    or not exists (
      select from pg_catalog.pg_depend d
      where d.deptype = 'e' and (
        d.classid = 'pg_catalog.pg_class'::regclass and d.objid = c.oid
        or d.classid = 'pg_catalog.pg_namespace'::regclass and d.objid = n.oid)
    )
  )
order by n.nspname collate "C", c.relname collate "C"`;

const batch = 200;

/** Where only some tables' rows are wanted, those that the role may not read are left out. */
export async function readSequences(
  session: Session,
  { isWhole }: { readonly isWhole: boolean },
): Promise<readonly SequenceEntry[]> {
  const outside = ["information_schema", ...toolSchemas];
  const listed = await session.query(listQuery, [outside, isWhole]);
  const found: SequenceEntry[] = [];
  for (let at = 0; at < listed.length; at += batch) {
    const queries = listed.slice(at, at + batch).map(valueQuery);
    const rows = await session.query(queries.join("\nunion all\n"));
    found.push(...rows.map(toEntry));
  }
  return found;
}

function valueQuery(row: Row): string {
  const [schema, name] = [textOf(row, "schema"), textOf(row, "name")];
  return `select ${quoteLiteral(schema)}::text as schema, ${quoteLiteral(name)}::text as name,
  last_value::text as last, is_called as called from ${quoteQualifiedName(schema, name)}`;
}

function toEntry(row: Row): SequenceEntry {
  return {
    schema: textOf(row, "schema"),
    name: textOf(row, "name"),
    last: textOf(row, "last"),
    called: booleanOf(row, "called"),
  };
}
