/**
 * From the columns that there were to the columns that there are: by name, or as a map says. What has no place any
 * more is reported, what is new gets its default, and what is lacking is refused before a row is read.
 */
import { LockstepError } from "../core/errors.ts";
import type { ExpressionUses } from "./expression.ts";
import { oneTable, splitName } from "./names.ts";
import { storedColumns, tableLabel, type ColumnFacts, type TableFacts } from "./tables.ts";

export interface SourceColumn {
  readonly name: string;
  readonly type: string;
}

export interface SourceTable {
  readonly schema: string;
  readonly name: string;
  readonly columns: readonly SourceColumn[];
}

/** As a map file or --map says it; every name as people type it. */
export interface MapRules {
  /** Old table to new table; null: left out. */
  readonly tables: Readonly<Record<string, string | null>>;
  /** `old.table.column` to the new column's name; null: left out. */
  readonly columns: Readonly<Record<string, string | null>>;
  /** `old.table.column` to what its values become. */
  readonly values: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** `new.table.column` to SQL over the old columns. */
  readonly expressions: Readonly<Record<string, string>>;
}

export const noMap: MapRules = { tables: {}, columns: {}, values: {}, expressions: {} };

export interface TableMapping<Source extends SourceTable = SourceTable> {
  readonly source: Source;
  readonly target: TableFacts;
  readonly columns: readonly ColumnMapping[];
  /** Columns of the source that have no place, and of which no expression makes another. */
  readonly dropped: readonly string[];
  /** Columns of the target that get their default. */
  readonly defaulted: readonly string[];
}

export interface ColumnMapping {
  readonly target: ColumnFacts;
  /** The column whose values it takes; undefined where an expression makes them. */
  readonly source: SourceColumn | undefined;
  readonly values: Readonly<Record<string, string>> | undefined;
  readonly expression: string | undefined;
}

export interface Mapped<Source extends SourceTable = SourceTable> {
  readonly tables: readonly TableMapping<Source>[];
  /** Tables of the source that have no place, by label. */
  readonly droppedTables: readonly Source[];
}

export function mapTables<Source extends SourceTable>(
  sources: readonly Source[],
  targets: readonly TableFacts[],
  rules: MapRules,
  uses: ExpressionUses = {},
): Mapped<Source> {
  const resolved = resolve(sources, targets, rules, uses);
  const tables: TableMapping<Source>[] = [];
  const droppedTables: Source[] = [];
  const taken = new Map<TableFacts, Source>();
  for (const source of sources) {
    const target = targetOf(source, targets, resolved);
    if (target === undefined) {
      droppedTables.push(source);
      continue;
    }
    const other = taken.get(target);
    if (other !== undefined) throw twice(tableLabel(target), tableLabel(other), tableLabel(source));
    taken.set(target, source);
    tables.push(mapColumns(source, target, resolved));
  }
  return { tables, droppedTables };
}

interface Resolved {
  readonly tables: ReadonlyMap<SourceTable, TableFacts | null>;
  /** By source table, by column. */
  readonly columns: ReadonlyMap<SourceTable, ReadonlyMap<string, string | null>>;
  readonly values: ReadonlyMap<SourceTable, ReadonlyMap<string, Readonly<Record<string, string>>>>;
  /** By target table, by column. */
  readonly expressions: ReadonlyMap<TableFacts, ReadonlyMap<string, string>>;
  readonly uses: ReadonlyMap<TableFacts, ReadonlyMap<string, readonly string[]>>;
}

function resolve(
  sources: readonly SourceTable[],
  targets: readonly TableFacts[],
  rules: MapRules,
  uses: ExpressionUses,
): Resolved {
  const tables = new Map<SourceTable, TableFacts | null>();
  for (const [from, to] of Object.entries(rules.tables)) {
    tables.set(oneTable(sources, from), to === null ? null : oneTable(targets, to));
  }
  return {
    tables,
    columns: byColumn(sources, rules.columns),
    values: byColumn(sources, rules.values),
    expressions: byColumn(targets, rules.expressions),
    uses: byColumn(targets, uses),
  };
}

function byColumn<Table extends SourceTable, Value>(
  tables: readonly Table[],
  entries: Readonly<Record<string, Value>>,
): ReadonlyMap<Table, ReadonlyMap<string, Value>> {
  const found = new Map<Table, Map<string, Value>>();
  for (const [place, value] of Object.entries(entries)) {
    const { table, column } = columnAt(tables, place);
    const known = found.get(table) ?? new Map<string, Value>();
    found.set(table, known.set(column, value));
  }
  return found;
}

export function columnAt<Table extends SourceTable>(
  tables: readonly Table[],
  place: string,
): { readonly table: Table; readonly column: string } {
  const parts = splitName(place);
  const last = parts.at(-1);
  const tableText = parts
    .slice(0, -1)
    .map(({ text }) => `"${text.replaceAll('"', '""')}"`)
    .join(".");
  if (last === undefined || tableText === "") {
    throw new LockstepError("DATA.NAME_INVALID", `"${place}" is not table.column`);
  }
  const table = oneTable(tables, tableText);
  if (!table.columns.some(({ name }) => name === last.text)) {
    const message = `the table ${tableLabel(table)} has no column ${last.text}`;
    throw new LockstepError("DATA.COLUMN_UNKNOWN", message);
  }
  return { table, column: last.text };
}

function targetOf(
  source: SourceTable,
  targets: readonly TableFacts[],
  { tables }: Resolved,
): TableFacts | undefined {
  const ruled = tables.get(source);
  if (ruled !== undefined) return ruled ?? undefined;
  return targets.find(({ schema, name }) => schema === source.schema && name === source.name);
}

function mapColumns<Source extends SourceTable>(
  source: Source,
  target: TableFacts,
  { columns: renames, values, expressions, uses }: Resolved,
): TableMapping<Source> {
  const used = new Set([...(uses.get(target)?.values() ?? [])].flat());
  const made = expressions.get(target) ?? new Map<string, string>();
  const writable = storedColumns(target);
  const columns: ColumnMapping[] = writable
    .filter(({ name }) => made.has(name))
    .map((column) => ({
      ...{ target: column, source: undefined, values: undefined },
      expression: made.get(column.name),
    }));
  const dropped: string[] = [];
  for (const column of source.columns) {
    const found = placeOf(column, target, renames.get(source)?.get(column.name));
    if (found === undefined || made.has(found.name)) {
      // What an expression makes anew is not lost; it may well be made of this very column.
      if (found === undefined && !used.has(column.name)) dropped.push(column.name);
      continue;
    }
    if (columns.some((each) => each.target === found)) {
      throw twice(`${tableLabel(target)}.${found.name}`, "two columns", column.name);
    }
    const mapping = { target: found, source: column, expression: undefined };
    columns.push({ ...mapping, values: values.get(source)?.get(column.name) });
  }
  const given = new Set(columns.map((each) => each.target));
  const defaulted = writable.filter((column) => !given.has(column));
  refuseLacking(target, defaulted);
  return { source, target, columns, dropped, defaulted: defaulted.map(({ name }) => name) };
}

/** Undefined: the map leaves it out, or there is no column of its name. */
function placeOf(
  { name }: SourceColumn,
  target: TableFacts,
  renamed: string | null | undefined,
): ColumnFacts | undefined {
  if (renamed === null) return undefined;
  const found = storedColumns(target).find((each) => each.name === (renamed ?? name));
  if (renamed !== undefined && found === undefined) throw noColumn(target, renamed);
  return found;
}

function refuseLacking(target: TableFacts, defaulted: readonly ColumnFacts[]): void {
  const lacking = defaulted.filter(({ notNull, filled }) => notNull && !filled);
  const [first] = lacking;
  if (first === undefined) return;
  const names = lacking.map(({ name }) => `${tableLabel(target)}.${name}`);
  const message = `nothing gives a value to what may not be null: ${names.join(", ")}`;
  throw new LockstepError("DATA.COLUMN_LACKING", message, {
    next: `Say in a map file where it comes from: {"expressions": {"${names[0] ?? ""}": "..."}} or {"columns": {"old.table.column": "${first.name}"}}`,
    data: { columns: names },
  });
}

function noColumn(target: TableFacts, name: string): LockstepError {
  const message = `the table ${tableLabel(target)} has no column ${name} that can be written`;
  return new LockstepError("DATA.COLUMN_UNKNOWN", message);
}

function twice(what: string, first: string, second: string): LockstepError {
  return new LockstepError(
    "DATA.MAP_INVALID",
    `${what} would be filled from ${first} and ${second}`,
  );
}

/** Whether the rows can be loaded as they are, under the new names. */
export function isDirect({ columns }: TableMapping): boolean {
  return columns.every(
    ({ values, expression }) => values === undefined && expression === undefined,
  );
}
