/**
 * The COPY that hands out a table: its own rows alone, masked in the SELECT, by condition or by place. A plain table
 * is copied without a query, which is faster.
 */
import type { MaskedColumn } from "../../../data/mask/plan.ts";
import { wrapped } from "../../../data/expression.ts";
import { storedColumns, type TableFacts } from "../../../data/tables.ts";
import { quoteIdentifier, quoteQualifiedName } from "../../../sql/quote.ts";

export interface Selection {
  readonly table: TableFacts;
  readonly masked: ReadonlyMap<string, MaskedColumn>;
  /** SQL over the table's columns. */
  readonly condition: string | undefined;
  /** Exactly these rows: `(tableoid, ctid)` lists as SQL. */
  readonly places?: string | undefined;
}

export function copyOutStatement(selection: Selection): string {
  const { table, masked, condition, places } = selection;
  const name = quoteQualifiedName(table.schema, table.name);
  const columns = storedColumns(table);
  const conditions = [
    ...(table.condition === undefined ? [] : [table.condition.replace(/^\s*where\b/i, "")]),
    ...(condition === undefined ? [] : [wrapped(condition)]),
    ...(places === undefined ? [] : [places]),
  ];
  if (masked.size === 0 && conditions.length === 0 && !table.isPartitioned) {
    const list = columns.map((column) => quoteIdentifier(column.name)).join(", ");
    return `copy ${list === "" ? name : `${name} (${list})`} to stdout`;
  }
  const list = columns.map((column) => {
    const replaced = masked.get(column.name);
    const own = quoteIdentifier(column.name);
    return replaced === undefined ? own : `${replaced.expression} as ${own}`;
  });
  const from = `from ${table.isPartitioned ? "" : "only "}${name}`;
  const where = conditions.length === 0 ? "" : ` where ${conditions.join(" and ")}`;
  return `copy (select ${list.join(", ")} ${from}${where}) to stdout`;
}
