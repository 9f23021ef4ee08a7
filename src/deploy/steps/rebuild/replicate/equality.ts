/**
 * By which operator a key's value is found. What `=` means depends on the search path where the type is an extension's,
 * so the operator is the one that the key's index goes by.
 */
import type { TableFacts } from "../../../../data/tables.ts";
import { textOf } from "../../../../ledger/row.ts";
import type { Session } from "../../../../ports/database.ts";

/** As SQL, by table and column. The tables are found by name: their facts are another database's, with its OIDs. */
export async function readEqualities(
  session: Session,
  tables: readonly TableFacts[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await session.query(
    `select s.nspname::text as schema, t.relname::text as table, a.attname::text as column,
      pg_catalog.format('operator(%I.%s)', n.nspname, o.oprname) as operator
    from rows from (pg_catalog.unnest($1::text[]), pg_catalog.unnest($2::text[])) wanted(schema, name)
    join pg_catalog.pg_namespace s on s.nspname = wanted.schema
    join pg_catalog.pg_class t on t.relnamespace = s.oid and t.relname = wanted.name
    join pg_catalog.pg_index i on i.indrelid = t.oid and i.indisprimary
    cross join lateral rows from (pg_catalog.unnest(i.indkey::int2[]), pg_catalog.unnest(i.indclass::oid[]))
      k(attnum, opclass)
    join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
    join pg_catalog.pg_opclass c on c.oid = k.opclass
    join pg_catalog.pg_amop m on m.amopfamily = c.opcfamily and m.amopstrategy = 3
      and m.amoplefttype = c.opcintype and m.amoprighttype = c.opcintype
    join pg_catalog.pg_operator o on o.oid = m.amopopr
    join pg_catalog.pg_namespace n on n.oid = o.oprnamespace`,
    [tables.map(({ schema }) => schema), tables.map(({ name }) => name)],
  );
  return new Map(
    rows.map((row) => [
      equalityKey(
        { schema: textOf(row, "schema"), name: textOf(row, "table") },
        textOf(row, "column"),
      ),
      textOf(row, "operator"),
    ]),
  );
}

export function equalityKey(
  { schema, name }: Pick<TableFacts, "schema" | "name">,
  column: string,
): string {
  return JSON.stringify([schema, name, column]);
}
