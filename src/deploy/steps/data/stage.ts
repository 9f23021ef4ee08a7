/**
 * Rows that can't go straight into their table: into a temporary table first, as text and numbered, then by INSERT
 * with what the map says. A row that does not fit is found by halving, so that the line can be named; where such rows
 * are left out and may be many, one by one in the parts that hold some.
 */
import { wrapped } from "../../../data/expression.ts";
import type { ColumnMapping } from "../../../data/mapping.ts";
import { tableLabel, type TableFacts } from "../../../data/tables.ts";
import { LockstepError } from "../../../core/errors.ts";
import { numberOf } from "../../../ledger/row.ts";
import type { ServerError } from "../../../ports/database.ts";
import { quoteIdentifier, quoteLiteral, quoteQualifiedName } from "../../../sql/quote.ts";
import { columnsAtFault, isOfOneValue } from "./column-at-fault.ts";
import { canGoRowByRow, insertRowByRow } from "./row-by-row.ts";
import { isRowsFault, keyOfViolation, unfitError, unfitRow, type UnfitRow } from "./fit.ts";
import type { ExportMapping, LoadContext, StagedLines } from "./load-context.ts";

/** A name that no column of a user's has. */
const lineColumn = "lockstep line of the file";

interface Stage {
  readonly name: string;
  readonly rows: number;
}

export async function loadStaged(context: LoadContext, mapping: ExportMapping): Promise<number> {
  const stage = await fill(context, mapping);
  const insert = insertStatement(context, mapping, stage);
  if (stage.rows === 0) return 0;
  return await insertAll({ context, mapping, stage, insert }, { from: 1, to: stage.rows });
}

async function fill(
  { session, state }: LoadContext,
  { source, target }: ExportMapping,
): Promise<Stage> {
  const name = stageOf(target);
  const line = quoteIdentifier(lineColumn);
  // As text where the type may not be here any more, or may not take what there was.
  const columns = source.columns.map(
    (column) => `${quoteIdentifier(column.name)} ${stageType(column.type)}`,
  );
  await session.script(
    `create temporary table ${name} (${[...columns, `${line} int8 generated always as identity`].join(", ")}) on commit drop`,
  );
  const list = source.columns.map((column) => quoteIdentifier(column.name)).join(", ");
  const rows =
    list === ""
      ? await fillEmpty(name, { session, rows: source.rows })
      : await session.copyIn(`copy ${name} (${list}) from stdin`, source.stream());
  if (rows !== source.rows) {
    const message = `${source.place} gave ${rows} rows, its manifest says ${source.rows}`;
    throw new LockstepError("DATA.COUNTS", message, { state });
  }
  await session.script(`alter table ${name} add primary key (${line}); analyze ${name}`);
  return { name, rows };
}

async function fillEmpty(
  name: string,
  { session, rows }: { readonly session: LoadContext["session"]; readonly rows: number },
): Promise<number> {
  await session.script(`insert into ${name} select from pg_catalog.generate_series(1, ${rows})`);
  return rows;
}

/** What COPY wrote for these any PostgreSQL reads again; expressions of a map can reckon with them. */
const builtIn: ReadonlySet<string> = new Set([
  ...["bigint", "boolean", "bytea", "date", "double precision", "integer", "json", "jsonb"],
  ...["numeric", "real", "smallint", "text", "time without time zone"],
  ...["timestamp with time zone", "timestamp without time zone", "uuid"],
]);

export function stageType(type: string): string {
  return builtIn.has(type) ? type : "text";
}

function insertStatement(
  { existing }: LoadContext,
  mapping: ExportMapping,
  stage: Stage,
): (from: number | string, to: number | string) => string {
  const { target, columns } = mapping;
  const table = quoteQualifiedName(target.schema, target.name);
  const names = columns.map((column) => quoteIdentifier(column.target.name));
  const values = columns.map(valueOf);
  const line = quoteIdentifier(lineColumn);
  const conflict = conflictClause(existing, mapping);
  const list = names.length === 0 ? "" : ` (${names.join(", ")}) overriding system value`;
  return (from, to) =>
    `insert into ${table}${list} select ${values.join(", ")} from ${stage.name}
    where ${line} between ${from} and ${to} order by ${line}${conflict}`;
}

/** A cast to varchar(3) would cut a longer text off and say nothing; what INSERT itself makes of the value refuses it. */
export function valueOf({ target, source, values, expression }: ColumnMapping): string {
  if (expression !== undefined) return `${wrapped(expression)}::${target.unbounded}`;
  const name = quoteIdentifier(source?.name ?? "");
  if (values === undefined) {
    // Through text, as COPY would read it: what type it was says nothing about the cast that is wanted.
    return source?.type === target.type && stageType(source.type) !== "text"
      ? name
      : `${name}::text::${target.unbounded}`;
  }
  const cases = Object.entries(values).map(
    ([from, to]) => `when ${quoteLiteral(from)} then ${quoteLiteral(to)}`,
  );
  return `(case ${name}::text ${cases.join(" ")} else ${name}::text end)::${target.unbounded}`;
}

function conflictClause(
  existing: LoadContext["existing"],
  { target, columns }: ExportMapping,
): string {
  if (existing === "skip") return " on conflict do nothing";
  if (existing !== "update") return "";
  const key = target.key.map((column) => quoteIdentifier(column)).join(", ");
  const others = columns
    .map((column) => column.target.name)
    .filter((name) => !target.key.includes(name))
    .map((name) => `${quoteIdentifier(name)} = excluded.${quoteIdentifier(name)}`);
  const action = others.length === 0 ? "nothing" : `update set ${others.join(", ")}`;
  return ` on conflict (${key}) do ${action}`;
}

interface Inserting {
  readonly context: LoadContext;
  readonly mapping: ExportMapping;
  readonly stage: Stage;
  readonly insert: (from: number | string, to: number | string) => string;
}

interface Range {
  readonly from: number;
  readonly to: number;
}

/** What is tried at once when the whole does not go in. */
const partRows = 1_000;

/** Lines are named in their order. */
async function insertAll(job: Inserting, whole: Range): Promise<number> {
  const failure = await tryRange(job, whole);
  if (typeof failure === "number") return failure;
  const { session, onError } = job.context;
  if (onError === "stop" || !(await canGoRowByRow(session)))
    return await insertByHalves(job, whole);
  let rows = 0;
  for (let from = whole.from; from <= whole.to; from += partRows) {
    const part = { from, to: Math.min(whole.to, from + partRows - 1) };
    const isWhole = part.from === whole.from && part.to === whole.to;
    const tried = isWhole ? failure : await tryRange(job, part);
    rows += typeof tried === "number" ? tried : await insertByRows(job, part);
  }
  return rows;
}

/** How many rows came of it, or what one of them did wrong. */
async function tryRange(
  { context, insert }: Inserting,
  range: Range,
): Promise<number | ServerError> {
  const { session } = context;
  await session.script("savepoint lockstep_rows");
  try {
    const [row = {}] = await session.query(
      `with loaded as (${insert(range.from, range.to)} returning 1)
      select pg_catalog.count(*)::int8 as rows from loaded`,
    );
    await session.script("release savepoint lockstep_rows");
    return numberOf(row, "rows");
  } catch (error) {
    if (!isRowsFault(error)) throw error;
    // Not released it would stay open below all that come, with a lock for each.
    await session.script("rollback to savepoint lockstep_rows; release savepoint lockstep_rows");
    return error;
  }
}

/** Depth first. */
async function insertByHalves(job: Inserting, whole: Range): Promise<number> {
  const waiting: Range[] = [whole];
  let rows = 0;
  for (let range = waiting.pop(); range !== undefined; range = waiting.pop()) {
    const tried = await tryRange(job, range);
    if (typeof tried === "number") {
      rows += tried;
    } else if (range.from < range.to) {
      const middle = Math.floor((range.from + range.to) / 2);
      waiting.push({ from: middle + 1, to: range.to }, { from: range.from, to: middle });
    } else {
      await refuseRow(job, range.from, tried);
    }
  }
  return rows;
}

async function insertByRows(job: Inserting, range: Range): Promise<number> {
  const { context, stage, insert } = job;
  const { rows, unfit } = await insertRowByRow(context.session, {
    ...{ stage: stage.name, lineColumn, ...range },
    insert: (number) => insert(number, number),
  });
  const columns = await columnsOf(job, unfit);
  await context.reject(
    unfit.map(({ line, error }) => unfitOf(job, { line, error, column: columns.get(line) })),
    linesOf(job.mapping),
  );
  return rows;
}

async function refuseRow(job: Inserting, line: number, error: ServerError): Promise<void> {
  const { context } = job;
  const columns = (await canGoRowByRow(context.session))
    ? await columnsOf(job, [{ line, error }])
    : new Map<number, string>();
  const found = unfitOf(job, { line, error, column: columns.get(line) });
  if (context.onError === "stop") throw unfitError(found, error, context.state);
  await context.reject([found], linesOf(job.mapping));
}

interface Refused {
  readonly line: number;
  readonly error: ServerError;
}

/** Where the server does not name it. */
async function columnsOf(
  { context, mapping, stage }: Inserting,
  refused: readonly Refused[],
): Promise<ReadonlyMap<number, string>> {
  return await columnsAtFault(context.session, {
    ...{ stage: stage.name, lineColumn },
    lines: refused.filter(({ error }) => isOfOneValue(error)).map(({ line }) => line),
    columns: mapping.columns.map((column) => ({
      ...{ name: column.target.name, type: column.target.type, value: valueOf(column) },
    })),
  });
}

function unfitOf(
  { context, mapping }: Inserting,
  { line, error, column }: Refused & { readonly column: string | undefined },
): UnfitRow {
  const { source, target } = mapping;
  const named = keyOfViolation(error, context.foreignKeys)?.columns.join(", ") ?? column;
  return unfitRow({ source, label: tableLabel(target), error, line, column: named });
}

export function linesOf({ source, target }: ExportMapping): StagedLines {
  return { stage: stageOf(target), lineColumn, linesBefore: source.linesBefore };
}

function stageOf({ oid }: TableFacts): string {
  return `pg_temp.${quoteIdentifier(`lockstep_stage_${oid}`)}`;
}

/** Of the file's columns; the rows' values of them as text. */
export interface SoughtRows {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/**
 * In which lines rows stand that are in the table and have no place there: found by the values that are known, all of them
 * in one query. Where several lines have the same values, each is given once; undefined: it could not be found out.
 */
export async function stagedLines(
  { session }: LoadContext,
  { target }: ExportMapping,
  { columns, rows }: SoughtRows,
): Promise<readonly (number | undefined)[]> {
  if (columns.length === 0) return rows.map(() => undefined);
  const line = quoteIdentifier(lineColumn);
  const distinct = new Map(rows.map((values) => [JSON.stringify(values), values]));
  const sought = [...distinct.values()];
  const arrays = columns.map((_column, at) => sought.map((values) => values[at] ?? ""));
  const same = columns.map(
    (column, at) => `stage.${quoteIdentifier(column)}::text = sought.v${at}`,
  );
  const found = await session.query(
    `select sought.place::int4 as place, pg_catalog.array_agg(stage.${line}::text order by stage.${line}) as lines
    from rows from (${columns.map((_column, at) => `pg_catalog.unnest($${at + 1}::text[])`).join(", ")})
      with ordinality sought(${columns.map((_column, at) => `v${at}, `).join("")}place)
    join ${stageOf(target)} stage on ${same.join(" and ")} group by sought.place`,
    arrays,
  );
  const keys = [...distinct.keys()];
  const lines = new Map(
    found.map((row) => [keys[numberOf(row, "place") - 1], textsOf(row["lines"])]),
  );
  return rows.map((values) => {
    const next = lines.get(JSON.stringify(values))?.shift();
    return next === undefined ? undefined : Number(next);
  });
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
