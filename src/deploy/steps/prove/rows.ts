/**
 * Rows for the tables of a scratch database, so that what a migration does to rows can be seen. Values are made by
 * type and for nothing but to be there; a table whose constraints take none of them stays empty, and so does one where
 * a row makes or drops objects by a trigger: what it made would be taken for the plan's doing.
 */
import { factsOf, type Catalog, type FactOf } from "../../../catalog/fact.ts";
import type { ForeignKeyConstraint } from "../../../catalog/payloads/relations.ts";
import { ServerError, type Session } from "../../../ports/database.ts";
import { quoteIdentifier, quoteQualifiedName } from "../../../sql/quote.ts";
import { sampleValue } from "./sample-value.ts";

export interface Filled {
  /** Names of tables that took no row. */
  readonly empty: readonly string[];
}

const rowsPerTable = 3;

/** `only`: these tables by their ids, and those that they refer to. */
export async function fillTables(
  session: Session,
  catalog: Catalog,
  only?: ReadonlySet<string>,
): Promise<Filled> {
  const shapes = shapesOf(catalog);
  const insert = factsOf(catalog, "trigger").length === 0 ? insertAlone : insertUnlessItMakes;
  const empty: string[] = [];
  for (const shape of inOrder(shapes, only)) {
    let filled = 0;
    for (let row = 1; row <= rowsPerTable; row += 1) {
      if (await fillRow(session, { shape, row, catalog, insert })) filled += 1;
    }
    if (filled === 0) empty.push(shape.name);
  }
  return { empty };
}

interface TableShape {
  readonly id: string;
  readonly name: string;
  readonly columns: readonly FactOf<"column">[];
  readonly defaults: ReadonlySet<string>;
  /** In a key: a value of ours could be the one that the next row gets by its default. */
  readonly keys: ReadonlySet<string>;
  readonly references: readonly ForeignKeyConstraint[];
}

function shapesOf(catalog: Catalog): readonly TableShape[] {
  const columns = grouped(factsOf(catalog, "column"));
  const constraints = grouped(factsOf(catalog, "constraint"));
  const indexes = grouped(factsOf(catalog, "index"));
  const defaults = new Set(
    factsOf(catalog, "default").map(({ name }) =>
      JSON.stringify([name.schema, name.relation, name.name]),
    ),
  );
  return factsOf(catalog, "table")
    .filter(({ payload }) => payload.partitionOf === undefined)
    .map(({ id, name }) => ({
      id,
      name: quoteQualifiedName(name.schema ?? "public", name.name),
      columns: columns.get(id) ?? [],
      defaults: new Set(
        (columns.get(id) ?? [])
          .map((column) => column.name)
          .filter((part) => defaults.has(JSON.stringify([part.schema, part.relation, part.name])))
          .map((part) => part.name),
      ),
      keys: keysOf(constraints.get(id) ?? [], indexes.get(id) ?? []),
      references: (constraints.get(id) ?? []).flatMap(({ payload }) =>
        payload.type === "foreign key" ? [payload] : [],
      ),
    }));
}

function keysOf(
  constraints: readonly FactOf<"constraint">[],
  indexes: readonly FactOf<"index">[],
): ReadonlySet<string> {
  const shapes = [
    ...constraints.flatMap(({ payload }) => ("index" in payload ? [payload.index] : [])),
    ...indexes.flatMap(({ payload }) => (payload.unique === true ? [payload] : [])),
  ];
  return new Set(shapes.flatMap(({ keys }) => keys.flatMap(({ column }) => column ?? [])));
}

function grouped<F extends { readonly parent: string | undefined }>(
  facts: readonly F[],
): ReadonlyMap<string, readonly F[]> {
  const groups = new Map<string, F[]>();
  for (const fact of facts) {
    const group = groups.get(fact.parent ?? "");
    if (group === undefined) groups.set(fact.parent ?? "", [fact]);
    else group.push(fact);
  }
  return groups;
}

/** What is referred to comes first; in a circle, whoever is met first. */
function inOrder(
  shapes: readonly TableShape[],
  only: ReadonlySet<string> | undefined,
): readonly TableShape[] {
  const byName = new Map(shapes.map((shape) => [shape.name, shape]));
  const ordered = new Set<TableShape>();
  const met = new Set<TableShape>();
  const visit = (shape: TableShape): void => {
    if (met.has(shape)) return;
    met.add(shape);
    for (const { table } of shape.references) {
      const other = byName.get(quoteQualifiedName(table.schema, table.name));
      if (other !== undefined) visit(other);
    }
    ordered.add(shape);
  };
  for (const shape of shapes) if (only?.has(shape.id) !== false) visit(shape);
  return [...ordered];
}

interface RowToFill {
  readonly shape: TableShape;
  readonly row: number;
  readonly catalog: Catalog;
  readonly insert: Insert;
}

/** False: the row is not there, and nothing else is. */
type Insert = (session: Session, text: string) => Promise<boolean>;

async function insertAlone(session: Session, text: string): Promise<boolean> {
  return await session.script(text).then(() => true, refused);
}

/** Whatever is made or dropped has its rows in one of these. */
const objectCount =
  "select (select pg_catalog.count(*) from pg_catalog.pg_class) as relations, (select pg_catalog.count(*) from pg_catalog.pg_depend) as bonds";

async function insertUnlessItMakes(session: Session, text: string): Promise<boolean> {
  const message = `begin; ${objectCount}; ${text}; ${objectCount}`;
  const results = await session.script(message).catch(refused);
  const counts = results === false ? [] : results.flatMap(({ rows }) => rows);
  const [before, after] = counts.map(
    (row) => `${String(row["relations"])} ${String(row["bonds"])}`,
  );
  const isKept = before !== undefined && before === after;
  return await session.script(isKept ? "commit" : "rollback").then(() => isKept, refused);
}

function refused(error: unknown): false {
  if (!(error instanceof ServerError)) throw error;
  return false;
}

/** How many columns get a value of ours: all, those without a default, those that must have one. */
const extents = ["all", "without default", "least"] as const;
type Extent = (typeof extents)[number];

/** The most first; where that is refused, fewer. */
async function fillRow(
  session: Session,
  { shape, row, catalog, insert }: RowToFill,
): Promise<boolean> {
  for (const extent of extents) {
    if (extent === "without default" && shape.defaults.size === 0) continue;
    const values = valuesOf(shape, { row, catalog, extent });
    const names = [...values.keys()].map((name) => quoteIdentifier(name)).join(", ");
    const what =
      values.size === 0
        ? "default values"
        : `(${names}) values (${[...values.values()].join(", ")})`;
    if (await insert(session, `insert into ${shape.name} ${what}`)) return true;
  }
  return false;
}

function valuesOf(
  shape: TableShape,
  {
    row,
    catalog,
    extent,
  }: { readonly row: number; readonly catalog: Catalog; readonly extent: Extent },
): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const { name, payload } of shape.columns) {
    if (payload.identity !== undefined || payload.generated !== undefined) continue;
    const hasDefault = shape.defaults.has(name.name);
    if (hasDefault && (extent !== "all" || shape.keys.has(name.name))) continue;
    if (extent === "least" && payload.notNull === undefined) continue;
    const reference = shape.references.find(({ columns }) => columns.includes(name.name));
    const value =
      reference === undefined
        ? sampleValue(payload.type, row, catalog)
        : referenced(reference, name.name, row);
    if (value !== undefined) values.set(name.name, value);
  }
  return values;
}

function referenced(reference: ForeignKeyConstraint, column: string, row: number): string {
  const { columns, table, tableColumns } = reference;
  const other = tableColumns[columns.indexOf(column)] ?? "";
  const name = quoteQualifiedName(table.schema, table.name);
  return `(select ${quoteIdentifier(other)} from ${name} order by ctid limit 1 offset ${row - 1})`;
}
