/** Rows and sequences as the statements that make them again. Pure. */
import { quoteIdentifier, quoteLiteral } from "../../../sql/quote.ts";
import type { RowColumn, RowState, RowValues, TableRows } from "./rows.ts";

/** By the table's fact; columns whose default is to make the value anew. */
export type ByDefault = ReadonlyMap<string, ReadonlySet<string>>;

const rowsPerStatement = 500;

/** `order`: the facts of the tables as they are made, so that what is referred to comes first. */
export function seedStatements(
  state: RowState,
  order: readonly string[],
  byDefault: ByDefault,
): readonly string[] {
  const inserts = order.flatMap((id) => {
    const table = state.tables.get(id);
    return table === undefined ? [] : insertsOf(table, byDefault.get(id) ?? new Set());
  });
  const sequences = [...state.sequences].map(
    ([name, { last, called }]) =>
      `SELECT pg_catalog.setval(${quoteLiteral(name)}, ${last}, ${called});`,
  );
  return sequences.length === 0 ? inserts : [...inserts, sequences.join("\n")];
}

/**
 * Values that differ from run to run and that the column's default makes are left to it; but not where another row
 * may refer to them.
 */
export function leftToDefault(
  state: RowState,
  volatile: ReadonlyMap<string, ReadonlySet<string>>,
): ByDefault {
  const found = new Map<string, ReadonlySet<string>>();
  for (const [id, names] of volatile) {
    const columns = state.tables.get(id)?.columns ?? [];
    const free = columns.filter(
      ({ name, hasDefault, isKey }) => names.has(name) && hasDefault && !isKey,
    );
    if (free.length > 0) found.set(id, new Set(free.map(({ name }) => name)));
  }
  return found;
}

function insertsOf(table: TableRows, byDefault: ReadonlySet<string>): readonly string[] {
  const { name, columns, rows } = table;
  if (columns.length === 0) return rows.map(() => `INSERT INTO ${name} DEFAULT VALUES;`);
  const list = columns.map((column) => quoteIdentifier(column.name)).join(", ");
  const overriding = table.hasAlwaysIdentity ? " OVERRIDING SYSTEM VALUE" : "";
  const head = `INSERT INTO ${name} (${list})${overriding} VALUES`;
  const texts = rows.map((row) => `    (${valuesOf(row, columns, byDefault)})`);
  // Rows that refer to each other stand in one statement, at whose end they are checked.
  const size = table.refersToItself ? texts.length : rowsPerStatement;
  const statements: string[] = [];
  for (let start = 0; start < texts.length; start += size) {
    statements.push(`${head}\n${texts.slice(start, start + size).join(",\n")};`);
  }
  return statements;
}

function valuesOf(
  row: RowValues,
  columns: readonly RowColumn[],
  byDefault: ReadonlySet<string>,
): string {
  return columns
    .map((column, place) =>
      byDefault.has(column.name) ? "DEFAULT" : valueText(row[place] ?? null, column.type),
    )
    .join(", ");
}

const wholeNumbers: ReadonlySet<string> = new Set(["smallint", "integer", "bigint"]);

function valueText(value: string | null, type: string): string {
  if (value === null) return "NULL";
  if (wholeNumbers.has(type)) return value;
  if (type === "boolean") return value;
  return quoteLiteral(value);
}
