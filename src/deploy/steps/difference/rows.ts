/**
 * What a plan did to rows: tables that it touches are filled, counted before and after, and every value that is gone
 * or another must be one that the plan's own loss classes announce. Only scratch databases are ever filled.
 */
import { factsOf, type Catalog, type Fact, type FactOf } from "../../../catalog/fact.ts";
import type { FactId } from "../../../catalog/id.ts";
import { numberOf, optionalTextOf } from "../../../ledger/row.ts";
import { ServerError, type Session } from "../../../ports/database.ts";
import { quoteIdentifier, quoteQualifiedName } from "../../../sql/quote.ts";
import type { SchemaPlan } from "../../../plan/schema_plan.ts";

/** Where an object of the from-side is afterwards; undefined where it has the same id. */
export type Moved = ReadonlyMap<FactId, FactId>;

/** What a plan is between, and where what the from-side has is afterwards. */
export interface Between {
  readonly plan: SchemaPlan;
  readonly from: Catalog;
  readonly to: Catalog;
  readonly moved: Moved;
}

/**
 * The tables of the from-side that a step is about, itself or by what they are made of or get: the others can't lose
 * anything, and no row of theirs can stand in the way.
 */
export function touchedTables({ plan, from, to, moved }: Between): ReadonlySet<FactId> {
  const objects = plan.segments.flatMap(({ steps }) => steps.map(({ object }) => object));
  // What has a composite's values, or is made of it, is made of its attributes.
  const attributes = objects.map((id) => from.facts.get(id) ?? to.facts.get(id));
  const types = attributes.flatMap((fact) => (fact?.kind === "attribute" ? fact.parent : []) ?? []);
  const touched = new Set([...objects, ...types]);
  const isTouched = (id: FactId): boolean => touched.has(id) || touched.has(moved.get(id) ?? id);
  const tables = new Set<FactId>();
  for (const fact of from.facts.values()) {
    const table = tableOf(fact, from);
    if (table === undefined || tables.has(table.id)) continue;
    if (isTouched(fact.id) || fact.references.some(isTouched)) tables.add(table.id);
  }
  const origins = new Map([...moved].map(([before, after]) => [after, before]));
  for (const id of touched) {
    const fact = to.facts.get(id);
    const around = fact === undefined ? [] : [fact.id, ...fact.references];
    for (const each of around) {
      const near = to.facts.get(each);
      const table = near === undefined ? undefined : tableOf(near, to);
      const origin = table === undefined ? undefined : (origins.get(table.id) ?? table.id);
      if (origin !== undefined && from.facts.get(origin)?.kind === "table") tables.add(origin);
    }
  }
  return tables;
}

function tableOf(fact: Fact, catalog: Catalog): Fact | undefined {
  let each: Fact | undefined = fact;
  while (each !== undefined && each.kind !== "table") {
    each = each.parent === undefined ? undefined : catalog.facts.get(each.parent);
  }
  return each;
}

export interface TableCount {
  readonly rows: number;
  readonly columns: ReadonlyMap<string, ColumnCount>;
}

interface ColumnCount {
  readonly values: number;
  /** Over the values as text, in whatever order. */
  readonly digest: string;
}

export type RowCount = ReadonlyMap<FactId, TableCount>;

export async function countRows(
  session: Session,
  catalog: Catalog,
  tables: ReadonlySet<FactId>,
): Promise<RowCount> {
  const columns = columnsOf(catalog, tables);
  const counts = new Map<FactId, TableCount>();
  for (const table of factsOf(catalog, "table")) {
    // A partition's rows are its parent's.
    if (!tables.has(table.id) || table.payload.partitionOf !== undefined) continue;
    counts.set(table.id, await countTable(session, table, columns.get(table.id) ?? []));
  }
  return counts;
}

const empty: TableCount = { rows: 0, columns: new Map() };

async function countTable(
  session: Session,
  { name }: FactOf<"table">,
  columns: readonly FactOf<"column">[],
): Promise<TableCount> {
  const parts = columns.map(({ name: column }, index) => {
    const quoted = quoteIdentifier(column.name);
    return `count(${quoted}) as c${index}, sum(hashtextextended(${quoted}::text, 0))::text as d${index}`;
  });
  const table = quoteQualifiedName(name.schema, name.name);
  try {
    const [row] = await session.query(
      `select ${["count(*) as rows", ...parts].join(", ")} from ${table}`,
    );
    if (row === undefined) return empty;
    const counted = columns.map(({ name: column }, index): [string, ColumnCount] => [
      column.name,
      { values: numberOf(row, `c${index}`), digest: optionalTextOf(row, `d${index}`) ?? "" },
    ]);
    return { rows: numberOf(row, "rows"), columns: new Map(counted) };
  } catch (error) {
    // A foreign server that is not there, a type without text.
    if (error instanceof ServerError) return empty;
    throw error;
  }
}

export interface RowCheck extends Between {
  readonly before: RowCount;
  readonly after: RowCount;
}

/** One line for each table and column that lost or changed something without a word of the plan. */
export function unannounced(check: RowCheck): readonly string[] {
  const { moved, before, after, plan, from } = check;
  const steps = plan.segments.flatMap((segment) => segment.steps);
  const judge: Judge = {
    check,
    announced: new Set(
      steps
        .filter(({ loss }) => loss !== "none" && loss !== "rewrites")
        .map(({ object }) => object),
    ),
    stepped: new Set(steps.map(({ object }) => object)),
  };
  const columns = columnsOf(from, new Set(before.keys()));
  const lines: string[] = [];
  for (const [id, table] of before) {
    const there = moved.get(id) ?? id;
    const now = after.get(there);
    if (judge.announced.has(id) || judge.announced.has(there)) continue;
    if (now === undefined || now.rows < table.rows) {
      lines.push(`${id}: ${table.rows - (now?.rows ?? 0)} of ${table.rows} rows are gone`);
      continue;
    }
    for (const column of columns.get(id) ?? [])
      lines.push(...judgeColumn(judge, column, { table, now }));
  }
  return lines;
}

interface Judge {
  readonly check: RowCheck;
  /** Objects of steps that say that rows or values go. */
  readonly announced: ReadonlySet<FactId>;
  /** Objects of all steps. */
  readonly stepped: ReadonlySet<FactId>;
}

interface TablePair {
  readonly table: TableCount;
  readonly now: TableCount;
}

function judgeColumn(
  { check, announced, stepped }: Judge,
  column: FactOf<"column">,
  { table, now }: TablePair,
): readonly string[] {
  const { to, moved } = check;
  const had = table.columns.get(column.name.name);
  const there = moved.get(column.id) ?? column.id;
  if (had === undefined || announced.has(column.id) || announced.has(there)) return [];
  const after = to.facts.get(there);
  if (isGenerated(column) || isGenerated(after)) return [];
  const has = after === undefined ? undefined : now.columns.get(after.name.name);
  if (has === undefined || has.values < had.values) {
    const gone = had.values - (has?.values ?? 0);
    return [`${column.id}: ${gone} of ${had.values} values are gone`];
  }
  // Rows that came in with a partition are nobody's loss.
  if (has.digest === had.digest || now.rows > table.rows) return [];
  const isAltered =
    stepped.has(there) || column.references.some((one) => stepped.has(moved.get(one) ?? one));
  return isAltered ? [] : [`${column.id}: its values are others`];
}

function isGenerated(fact: Fact | undefined): boolean {
  return fact?.kind === "column" && fact.payload.generated !== undefined;
}

function columnsOf(
  catalog: Catalog,
  tables: ReadonlySet<FactId>,
): ReadonlyMap<FactId, readonly FactOf<"column">[]> {
  const columns = new Map<FactId, FactOf<"column">[]>();
  for (const column of factsOf(catalog, "column")) {
    const table = column.parent ?? "";
    const known = columns.get(table);
    if (known !== undefined) known.push(column);
    else if (tables.has(table)) columns.set(table, [column]);
  }
  return columns;
}
