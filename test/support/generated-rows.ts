/**
 * Rows for any schema, made from its columns' types and foreign keys. A row that a check refuses is left out: the point
 * is that most tables have some, of values that differ.
 */
import type pg from "pg";
import { quoteIdentifier, quoteQualifiedName } from "../../src/sql/quote.ts";

interface Column {
  readonly name: string;
  readonly type: string;
  readonly kind: string;
  readonly category: string;
  readonly not_null: boolean;
  readonly has_default: boolean;
  readonly length: number | null;
  readonly label: string | null;
  readonly target: readonly [string, string, string] | null;
}

interface Table {
  readonly schema: string;
  readonly name: string;
  readonly columns: readonly Column[];
}

/** The number of rows that went in. */
export async function generateRows(client: pg.Client, perTable: number): Promise<number> {
  const tables = (await client.query<Table>(tablesQuery)).rows;
  const filled = new Set<Table>();
  let rows = 0;
  // Tables that refer to others get theirs when those have some.
  for (let pass = 0; pass < 4; pass += 1) {
    for (const table of tables) {
      if (filled.has(table)) continue;
      let inserted = 0;
      for (let number = 1; number <= perTable; number += 1) {
        const done = await client.query(insertText(table, number, pass)).then(
          () => 1,
          () => 0,
        );
        if (done === 0 && number === 1) break;
        inserted += done;
      }
      if (inserted > 0) filled.add(table);
      rows += inserted;
    }
  }
  return rows;
}

const tablesQuery = `
select n.nspname as schema, c.relname as name, (
  select coalesce(json_agg(json_build_object(
    'name', a.attname, 'type', format_type(a.atttypid, a.atttypmod), 'kind', t.typtype, 'category', t.typcategory,
    'not_null', a.attnotnull, 'has_default', a.atthasdef or a.attidentity <> '',
    'length', case when a.atttypmod > 4 and t.typcategory = 'S' then a.atttypmod - 4 end,
    'label', (select enumlabel from pg_enum e where e.enumtypid = a.atttypid order by enumsortorder limit 1),
    'target', (
      select json_build_array(fn.nspname, fc.relname, fa.attname)
      from pg_constraint k
      join pg_class fc on fc.oid = k.confrelid join pg_namespace fn on fn.oid = fc.relnamespace
      join pg_attribute fa on fa.attrelid = fc.oid
        and fa.attnum = k.confkey[array_position(k.conkey, a.attnum)]
      where k.contype = 'f' and k.conrelid = c.oid and a.attnum = any (k.conkey) limit 1
    )
  ) order by a.attnum), '[]')
  from pg_attribute a join pg_type t on t.oid = a.atttypid
  where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
    and a.attidentity <> 'a'
) as columns
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p') and not c.relispartition and n.nspname !~ '^pg_'
  and n.nspname not in ('information_schema', 'lockstep')
  and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')
order by 1, 2`;

function insertText({ schema, name, columns }: Table, number: number, pass: number): string {
  const used = columns.filter(
    (column) => column.target !== null || column.not_null || number % 3 !== 0,
  );
  const chosen = used.filter((column) => !(column.has_default && pass % 2 === 1));
  const table = quoteQualifiedName(schema, name);
  if (chosen.length === 0) return `insert into ${table} default values`;
  const names = chosen.map((column) => quoteIdentifier(column.name)).join(", ");
  const values = chosen.map((column) => valueText(column, number)).join(", ");
  return `insert into ${table} (${names}) values (${values})`;
}

function valueText(column: Column, number: number): string {
  const { target, type, kind, label } = column;
  if (target !== null) {
    const [schema, name, key] = target;
    const from = quoteQualifiedName(schema, name);
    return `(select ${quoteIdentifier(key)} from ${from} order by 1 limit 1 offset ${number - 1} % greatest((select count(*) from ${from}), 1))`;
  }
  if (kind === "e") return label === null ? "null" : `'${label.replaceAll("'", "''")}'`;
  const exact = exactValues(number)[type.replace(/\(.*\)/, "")];
  if (exact !== undefined) return exact;
  switch (column.category) {
    case "N":
      return String(number);
    case "S":
      return `left('value ${number} ''"\\ü\n', ${column.length ?? 40})`;
    case "A":
      return "'{}'";
    default:
      return "null";
  }
}

function exactValues(number: number): Readonly<Record<string, string>> {
  return {
    boolean: String(number % 2 === 0),
    bytea: `'\\x00ff${String(number).padStart(4, "0")}'`,
    date: `'2026-01-0${(number % 9) + 1}'`,
    inet: `'10.0.0.${number}'`,
    interval: `'${number} days'`,
    json: `'{"a": [${number}, null]}'`,
    jsonb: `'{"a": [${number}, null]}'`,
    uuid: `md5('${number}')::uuid`,
    tsvector: `to_tsvector('simple', 'word${number}')`,
    "timestamp with time zone": `'2026-01-01 00:00:0${number % 10}+02'`,
    "timestamp without time zone": `'2026-01-01 00:00:0${number % 10}'`,
    "time without time zone": `'10:00:0${number % 10}'`,
  };
}
