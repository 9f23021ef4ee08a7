/**
 * Rows that can't go straight into their table: into a temporary table first, as text and numbered, then by INSERT
 * with what the map says. A row that does not fit is found by halving, so that the line can be named or left out.
 */
import { wrapped } from "../../../data/expression.ts";
import type { ColumnMapping } from "../../../data/mapping.ts";
import { tableLabel } from "../../../data/tables.ts";
import { LockstepError } from "../../../core/errors.ts";
import { numberOf, textOf } from "../../../ledger/row.ts";
import type { ServerError } from "../../../ports/database.ts";
import { quoteIdentifier, quoteLiteral, quoteQualifiedName } from "../../../sql/quote.ts";
import { isRowsFault, keyOfViolation, unfitError, unfitRow, type UnfitRow } from "./fit.ts";
import type { ExportMapping, LoadContext } from "./load-context.ts";

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
  return await insertRange({ context, mapping, stage, insert }, { from: 1, to: stage.rows });
}

async function fill(
  { session, state }: LoadContext,
  { source, target }: ExportMapping,
): Promise<Stage> {
  const name = `pg_temp.${quoteIdentifier(`lockstep_stage_${target.oid}`)}`;
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

function stageType(type: string): string {
  return builtIn.has(type) ? type : "text";
}

function insertStatement(
  { existing }: LoadContext,
  mapping: ExportMapping,
  stage: Stage,
): (from: number, to: number) => string {
  const { target, columns } = mapping;
  const table = quoteQualifiedName(target.schema, target.name);
  const names = columns.map((column) => quoteIdentifier(column.target.name));
  const values = columns.map(valueOf);
  const line = quoteIdentifier(lineColumn);
  const conflict = conflictClause(existing, mapping);
  const list = names.length === 0 ? "" : ` (${names.join(", ")}) overriding system value`;
  return (from, to) =>
    `with loaded as (insert into ${table}${list} select ${values.join(", ")} from ${stage.name}
    where ${line} between ${from} and ${to} order by ${line}${conflict} returning 1)
    select pg_catalog.count(*)::int8 as rows from loaded`;
}

/** A cast to varchar(3) would cut a longer text off and say nothing; what INSERT itself makes of the value refuses it. */
function valueOf({ target, source, values, expression }: ColumnMapping): string {
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
  readonly insert: (from: number, to: number) => string;
}

interface Range {
  readonly from: number;
  readonly to: number;
}

/** Depth first, so that lines are named in their order. */
async function insertRange(job: Inserting, whole: Range): Promise<number> {
  const { context, insert } = job;
  const { session } = context;
  const waiting: Range[] = [whole];
  let rows = 0;
  for (let range = waiting.pop(); range !== undefined; range = waiting.pop()) {
    await session.script("savepoint lockstep_rows");
    try {
      const [row = {}] = await session.query(insert(range.from, range.to));
      await session.script("release savepoint lockstep_rows");
      rows += numberOf(row, "rows");
    } catch (error) {
      if (!isRowsFault(error)) throw error;
      await session.script("rollback to savepoint lockstep_rows");
      if (range.from < range.to) {
        const middle = Math.floor((range.from + range.to) / 2);
        waiting.push({ from: middle + 1, to: range.to }, { from: range.from, to: middle });
        continue;
      }
      await refuseRow(job, range.from, error);
    }
  }
  return rows;
}

async function refuseRow(job: Inserting, line: number, error: ServerError): Promise<void> {
  const { context, mapping, stage } = job;
  const label = tableLabel(mapping.target);
  const column = keyOfViolation(error, context.foreignKeys)?.columns.join(", ");
  const found = unfitRow({ source: mapping.source, label, error, line, column });
  if (context.onError === "stop") throw unfitError(found, error, context.state);
  await context.reject({ ...found, row: await rowText(job, stage, line) });
}

async function rowText({ context }: Inserting, stage: Stage, line: number): Promise<string> {
  const [row = {}] = await context.session.query(
    `select (pg_catalog.to_jsonb(stage) - ${quoteLiteral(lineColumn)})::text as row
    from ${stage.name} stage where ${quoteIdentifier(lineColumn)} = ${line}`,
  );
  return textOf(row, "row");
}

/** The lines of rows that are in the table and have no place there; found by all columns that were loaded. */
export async function stagedLines(
  context: LoadContext,
  mapping: ExportMapping,
  condition: string,
): Promise<readonly Pick<UnfitRow, "line" | "row">[]> {
  const name = `pg_temp.${quoteIdentifier(`lockstep_stage_${mapping.target.oid}`)}`;
  const line = quoteIdentifier(lineColumn);
  const rows = await context.session.query(
    `select ${line}::int8 as line, (pg_catalog.to_jsonb(stage) - ${quoteLiteral(lineColumn)})::text as row
    from ${name} stage where ${condition} order by ${line} limit 1`,
  );
  return rows.map((row) => ({ line: numberOf(row, "line"), row: textOf(row, "row") }));
}
