/** How many rows a database has, and which values in each column: what comes back from a way down and up again. */
import { factsOf, type Catalog } from "../../../catalog/fact.ts";
import { printPart } from "../../../catalog/id.ts";
import { numberOf, optionalTextOf } from "../../../ledger/row.ts";
import { ServerError, type Session } from "../../../ports/database.ts";
import { quoteIdentifier, quoteQualifiedName } from "../../../sql/quote.ts";

export interface TableCensus {
  readonly rows: number;
  readonly values: ReadonlyMap<string, ColumnCensus>;
}

interface ColumnCensus {
  readonly values: number;
  /** Of all of them, in whatever order: a default that fills a new column is no value that came back. */
  readonly digest: string;
}

/** By the table's name as a person would write it. */
export type Census = ReadonlyMap<string, TableCensus>;

/** The catalog says which tables there are; one that is not, or that can't be read, counts as empty. */
export async function censusOf(session: Session, catalog: Catalog): Promise<Census> {
  const columns = new Map<string, string[]>();
  for (const { parent, name } of factsOf(catalog, "column")) {
    if (parent === undefined) continue;
    const known = columns.get(parent);
    if (known === undefined) columns.set(parent, [name.name]);
    else known.push(name.name);
  }
  const census = new Map<string, TableCensus>();
  for (const { id, name, payload } of factsOf(catalog, "table")) {
    if (payload.partitionOf !== undefined) continue;
    const schema = name.schema ?? "public";
    const of = { table: quoteQualifiedName(schema, name.name), columns: columns.get(id) ?? [] };
    const counted = await count(session, of);
    census.set(`${printPart(schema)}.${printPart(name.name)}`, counted);
  }
  return census;
}

async function count(
  session: Session,
  { table, columns }: { readonly table: string; readonly columns: readonly string[] },
): Promise<TableCensus> {
  const counts = columns.map((column, index) => {
    const name = quoteIdentifier(column);
    return `count(${name}) as c${index}, sum(hashtextextended(${name}::text, 0)::numeric)::text as d${index}`;
  });
  try {
    const [row] = await session.query(
      `select ${["count(*) as rows", ...counts].join(", ")} from ${table}`,
    );
    if (row === undefined) return empty;
    const values = columns.map((column, index) => {
      const digest = optionalTextOf(row, `d${index}`) ?? "";
      return [column, { values: numberOf(row, `c${index}`), digest }] as const;
    });
    return { rows: numberOf(row, "rows"), values: new Map(values) };
  } catch (error) {
    if (error instanceof ServerError) return empty;
    throw error;
  }
}

const empty: TableCensus = { rows: 0, values: new Map() };

/** One line for each table that lost rows, and for each column that lost values of rows that are still there, or has others. */
export function lossesBetween(before: Census, after: Census): readonly string[] {
  const losses: string[] = [];
  for (const [table, { rows, values }] of before) {
    const now = after.get(table) ?? empty;
    if (now.rows < rows) losses.push(`table ${table}: ${rows - now.rows} of ${rows} rows`);
    for (const [column, had] of values) {
      const has = now.values.get(column) ?? { values: 0, digest: "" };
      const gone = had.values - has.values - Math.max(0, rows - now.rows);
      const name = `column ${table}.${printPart(column)}`;
      if (gone > 0) losses.push(`${name}: ${gone} of ${had.values} values`);
      else if (rows === now.rows && had.digest !== has.digest) {
        losses.push(`${name}: other values than before`);
      }
    }
  }
  return losses;
}
