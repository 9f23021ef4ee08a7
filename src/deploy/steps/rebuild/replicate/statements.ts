/** A change as a statement on the new table, with its values apart. It decides nothing about when that is run. */
import type { Change, ChangedValue } from "../../../../data/changes.ts";
import { quoteIdentifier } from "../../../../sql/quote.ts";
import type { RowsMapping } from "../copy-rows.ts";

export interface ChangedTable {
  readonly mapping: RowsMapping;
  /** As SQL. */
  readonly name: string;
  readonly columns: readonly ChangedColumn[];
}

export interface ChangedColumn {
  /** The position of the old column. */
  readonly at: number;
  readonly name: string;
  /** The operator that finds it, where it is of the key. */
  readonly equals: string | undefined;
}

export interface ChangeStatement {
  readonly table: ChangedTable;
  readonly text: string;
  readonly values: readonly (string | null)[];
  readonly changesOneRow: boolean;
}

export function statementsOf(
  change: Change,
  tables: ReadonlyMap<number, ChangedTable>,
): readonly ChangeStatement[] {
  const known = (relation: number): readonly ChangedTable[] => {
    const table = tables.get(relation);
    return table === undefined ? [] : [table];
  };
  switch (change.kind) {
    case "insert":
      return known(change.relation).map((table) => insertOf(table, change.row));
    case "update":
      return known(change.relation).map((table) => updateOf(table, change.old, change.row));
    case "delete":
      return known(change.relation).map((table) => deleteOf(table, change.old));
    case "truncate":
      // Rows of other tables refer to it, so that TRUNCATE would be refused.
      return change.relations.flatMap(known).map((table) => ({
        ...{ table, values: [], changesOneRow: false },
        text: `delete from ${onlyOf(table)}${table.name}`,
      }));
    case "relation":
    case "message":
    case "other":
      return [];
  }
}

export function onlyOf({ mapping }: ChangedTable): string {
  return mapping.target.isPartitioned ? "" : "only ";
}

function insertOf(table: ChangedTable, row: readonly ChangedValue[]): ChangeStatement {
  const { columns, name } = table;
  const values = columns.map(({ at }) => row[at] ?? null);
  const names = columns.map((column) => quoteIdentifier(column.name)).join(", ");
  const marks = columns.map((_column, index) => `$${index + 1}`).join(", ");
  const text = `insert into ${name} (${names}) overriding system value values (${marks})`;
  return { table, text, values, changesOneRow: true };
}

/** The key is written only when it is another one: an identity that is always made can't be written at all. */
function updateOf(
  table: ChangedTable,
  old: readonly ChangedValue[] | undefined,
  row: readonly ChangedValue[],
): ChangeStatement {
  const { columns, name } = table;
  const written = columns.filter(
    ({ at, equals }) =>
      row[at] !== undefined && (equals === undefined || (old !== undefined && old[at] !== row[at])),
  );
  const values = written.map(({ at }) => row[at] ?? null);
  const sets = written.map((column, index) => `${quoteIdentifier(column.name)} = $${index + 1}`);
  const where = keyOf(table, old ?? row, values);
  const only = onlyOf(table);
  const text =
    sets.length === 0
      ? `select from ${only}${name} where ${where}`
      : `update ${only}${name} set ${sets.join(", ")} where ${where}`;
  return { table, text, values, changesOneRow: true };
}

function deleteOf(table: ChangedTable, old: readonly ChangedValue[]): ChangeStatement {
  const values: (string | null)[] = [];
  const where = keyOf(table, old, values);
  const text = `delete from ${onlyOf(table)}${table.name} where ${where}`;
  return { table, text, values, changesOneRow: true };
}

function keyOf(
  { columns }: ChangedTable,
  row: readonly ChangedValue[],
  values: (string | null)[],
): string {
  return columns
    .flatMap(({ at, name, equals }) => {
      if (equals === undefined) return [];
      values.push(row[at] ?? null);
      return [`${quoteIdentifier(name)} ${equals} $${values.length}`];
    })
    .join(" and ");
}
