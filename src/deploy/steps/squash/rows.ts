/**
 * The rows and sequences of a scratch database, as text in one form, so that they can be compared and written down.
 * Reads only. Rows of extensions, of partitions by themselves, and of foreign tables are not looked at.
 */
import { factsOf, type Catalog, type FactOf } from "../../../catalog/fact.ts";
import type { QualifiedName } from "../../../catalog/payloads/relations.ts";
import { sha256 } from "../../../core/hash.ts";
import { booleanOf, textOf } from "../../../ledger/row.ts";
import type { Session } from "../../../ports/database.ts";
import { quoteIdentifier, quoteLiteral, quoteQualifiedName } from "../../../sql/quote.ts";

export interface RowColumn {
  readonly name: string;
  readonly type: string;
  readonly hasDefault: boolean;
  /** Part of a key, or refers to one. */
  readonly isKey: boolean;
}

export type RowValues = readonly (string | null)[];

export interface TableRows {
  /** Quoted. */
  readonly name: string;
  /** Those that can be inserted. */
  readonly columns: readonly RowColumn[];
  readonly hasAlwaysIdentity: boolean;
  readonly refersToItself: boolean;
  /** In the order of the primary key, else of the values. */
  readonly rows: readonly RowValues[];
}

export interface SequenceState {
  readonly last: string;
  readonly called: boolean;
}

export interface RowState {
  /** Tables that have rows, by the fact's id. */
  readonly tables: ReadonlyMap<string, TableRows>;
  /** Those that are not as they were made, by quoted name. */
  readonly sequences: ReadonlyMap<string, SequenceState>;
}

/** Values must read the same wherever they are read and loaded. */
const settings = [
  "set datestyle = iso, ymd",
  "set intervalstyle = postgres",
  "set timezone = utc",
  "set extra_float_digits = 3",
  "set bytea_output = hex",
  "set lc_monetary = 'C'",
  "set search_path = pg_catalog",
  "set row_security = off",
].join(";\n");

export async function readRows(session: Session, catalog: Catalog): Promise<RowState> {
  await session.script(`begin;\n${settings}`);
  try {
    const tables = new Map<string, TableRows>();
    for (const [id, shape] of await filledTables(session, catalog)) {
      tables.set(id, { ...shape, rows: await rowsOf(session, shape) });
    }
    return { tables, sequences: await movedSequences(session, catalog) };
  } finally {
    await session.script("rollback");
  }
}

type Shape = Omit<TableRows, "rows"> & {
  readonly source: string;
  readonly primaryKey: readonly string[];
};

async function filledTables(
  session: Session,
  catalog: Catalog,
): Promise<readonly (readonly [string, Shape])[]> {
  const tables = factsOf(catalog, "table").filter(
    ({ payload }) => payload.partitionOf === undefined,
  );
  if (tables.length === 0) return [];
  const asked = tables.map(
    (table, place) => `select ${place} as place where exists (select from ${sourceOf(table)})`,
  );
  const found = await session.query(`${asked.join("\nunion all\n")}\norder by place`);
  const shapes = shapesOf(catalog);
  return found.flatMap((row) => {
    const table = tables[Number(row["place"])];
    return table === undefined ? [] : [[table.id, shapes(table)] as const];
  });
}

function sourceOf({ name, payload }: FactOf<"table">): string {
  const only = payload.partitionKey === undefined ? "only " : "";
  return only + quoteQualifiedName(name.schema, name.name);
}

function shapesOf(catalog: Catalog): (table: FactOf<"table">) => Shape {
  const columns = byParent(factsOf(catalog, "column"));
  const constraints = byParent(factsOf(catalog, "constraint"));
  const keyed = keyColumns(catalog);
  const defaults = new Set(
    factsOf(catalog, "default").map(({ name }) => key(name.schema, name.relation, name.name)),
  );
  return (table) => {
    const { schema, name } = table.name;
    const own = (columns.get(table.id) ?? [])
      .filter(({ payload }) => payload.generated === undefined)
      .toSorted((a, b) => a.payload.position - b.payload.position);
    const payloads = (constraints.get(table.id) ?? []).map(({ payload }) => payload);
    const primary = payloads.find(({ type }) => type === "primary key");
    return {
      name: quoteQualifiedName(schema, name),
      source: sourceOf(table),
      columns: own.map((column) => ({
        name: column.name.name,
        type: column.payload.type,
        hasDefault:
          column.payload.identity !== undefined ||
          defaults.has(key(schema, name, column.name.name)),
        isKey: keyed.has(key(schema, name, column.name.name)),
      })),
      hasAlwaysIdentity: own.some(({ payload }) => payload.identity?.generated === "always"),
      refersToItself: payloads.some(
        (one) =>
          one.type === "foreign key" && one.table.schema === schema && one.table.name === name,
      ),
      primaryKey:
        primary?.type === "primary key"
          ? primary.index.keys.flatMap(({ column }) => column ?? [])
          : [],
    };
  };
}

function byParent<F extends { readonly parent: string | undefined }>(
  facts: readonly F[],
): ReadonlyMap<string, readonly F[]> {
  const groups = new Map<string, F[]>();
  for (const fact of facts) {
    const known = groups.get(fact.parent ?? "");
    if (known === undefined) groups.set(fact.parent ?? "", [fact]);
    else known.push(fact);
  }
  return groups;
}

function key(...parts: readonly (string | undefined)[]): string {
  return JSON.stringify(parts);
}

/** Columns of keys, and columns that refer to keys or are referred to. */
function keyColumns(catalog: Catalog): ReadonlySet<string> {
  const found = new Set<string>();
  for (const { name, payload } of factsOf(catalog, "constraint")) {
    const add = (table: QualifiedName, columns: readonly string[]): void => {
      for (const column of columns) found.add(key(table.schema, table.name, column));
    };
    const own = { schema: name.schema ?? "", name: name.relation ?? "" };
    switch (payload.type) {
      case "foreign key":
        add(own, payload.columns);
        add(payload.table, payload.tableColumns);
        break;
      case "primary key":
      case "unique":
      case "exclusion":
        add(
          own,
          payload.index.keys.flatMap(({ column }) => column ?? []),
        );
        break;
      case "check":
        break;
    }
  }
  for (const { name, payload } of factsOf(catalog, "index")) {
    if (payload.unique !== true) continue;
    for (const { column } of payload.keys) {
      if (column !== undefined) found.add(key(name.schema, payload.table, column));
    }
  }
  return found;
}

async function rowsOf(session: Session, shape: Shape): Promise<readonly RowValues[]> {
  const { columns, primaryKey, source } = shape;
  const list = columns.map(({ name }, place) => `${quoteIdentifier(name)}::text as c${place}`);
  const keys = primaryKey.map((name) => `${quoteIdentifier(name)}`);
  const byText = columns.map(({ name }) => `${quoteIdentifier(name)}::text collate "C"`);
  const order = keys.length > 0 ? keys : byText;
  const by = order.length === 0 ? "" : ` order by ${order.join(", ")}`;
  const rows = await session.query(`select ${list.join(", ")} from ${source}${by}`);
  return rows.map((row) =>
    columns.map((_column, place) => {
      const value = row[`c${place}`];
      return typeof value === "string" ? value : null;
    }),
  );
}

async function movedSequences(
  session: Session,
  catalog: Catalog,
): Promise<ReadonlyMap<string, SequenceState>> {
  const names = [
    ...factsOf(catalog, "sequence").map(({ name }) => ({
      schema: name.schema ?? "public",
      name: name.name,
    })),
    ...factsOf(catalog, "column").flatMap(({ payload }) => payload.identity?.sequence ?? []),
  ].map(({ schema, name }) => quoteQualifiedName(schema, name));
  if (names.length === 0) return new Map();
  const asked = names.map(
    (
      name,
    ) => `select ${quoteLiteral(name)} as name, s.last_value::text as last, s.is_called as called
from ${name} s
where s.is_called or s.last_value <> (
  select seqstart from pg_sequence where seqrelid = ${quoteLiteral(name)}::regclass)`,
  );
  const rows = await session.query(asked.join("\nunion all\n"));
  return new Map(
    rows.map((row) => [
      textOf(row, "name"),
      { last: textOf(row, "last"), called: booleanOf(row, "called") },
    ]),
  );
}

/** Columns whose values are not the same in two runs of the same files, by the table's fact. */
export function volatileColumns(
  first: RowState,
  second: RowState,
): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, ReadonlySet<string>>();
  for (const [id, { columns, rows }] of first.tables) {
    const other = second.tables.get(id)?.rows ?? [];
    const differing = columns.filter(
      (_column, place) => columnHash(rows, place) !== columnHash(other, place),
    );
    if (differing.length > 0) found.set(id, new Set(differing.map(({ name }) => name)));
  }
  return found;
}

function columnHash(rows: readonly RowValues[], place: number): string {
  return sha256(JSON.stringify(rows.map((row) => row[place] ?? null).toSorted()));
}

/** One text per row, for comparing sets of rows; columns that are left aside count as equal. */
export function rowTexts(
  { columns, rows }: TableRows,
  aside: ReadonlySet<string>,
): readonly string[] {
  return rows
    .map((row) =>
      JSON.stringify(
        row.map((value, place) => (aside.has(columns[place]?.name ?? "") ? 0 : value)),
      ),
    )
    .toSorted();
}
