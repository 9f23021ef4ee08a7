/**
 * Rows that did not fit: kept beside the import's journal, in the transaction of their table, so that each is there once,
 * however often the import was cut off. The file of them is written at the end.
 */
import { numberOf, optionalTextOf, textOf } from "../../../ledger/row.ts";
import type { DataSource } from "../../../ports/data-files.ts";
import type { Session } from "../../../ports/database.ts";
import { quoteIdentifier, quoteLiteral } from "../../../sql/quote.ts";
import type { UnfitRow } from "./fit.ts";
import type { OnError, StagedLines } from "./load-context.ts";

export interface Rejected {
  readonly rejected: number;
  /** The first of them. */
  readonly rejects: readonly UnfitRow[];
  readonly rejectsFile: string | undefined;
}

const table = "lockstep_import.rejected";
const shownMax = 20;
/** Larger rows are shown without their values, which the file has. */
const shownLengthMax = 10_000;
/** As text; of a larger row the place is kept, and not the values. */
const keptBytesMax = 100 * 1024 * 1024;

/** An import that an earlier release began has no column for the values. */
export const makeRejects: string = `create table if not exists ${table} (
  number int8 generated always as identity primary key, table_name text not null, content text not null, row text);
  alter table ${table} add column if not exists row text`;

export const forgetRejects: string = `delete from ${table}`;

/** The values go from table to table: a row may be larger than what memory should hold. */
export async function keepRejects(
  session: Session,
  rows: readonly UnfitRow[],
  { stage, lineColumn, linesBefore }: StagedLines,
): Promise<void> {
  if (rows.length === 0) return;
  const line = quoteIdentifier(lineColumn);
  await session.query(
    `insert into ${table} (table_name, content, row)
    select kept.table_name, kept.content, case when pg_catalog.octet_length((stage.*)::pg_catalog.text) <= ${keptBytesMax}
      then (pg_catalog.to_jsonb(stage.*) - ${quoteLiteral(lineColumn)})::pg_catalog.text end
    from rows from (pg_catalog.unnest($1::pg_catalog.text[]), pg_catalog.unnest($2::pg_catalog.text[]),
      pg_catalog.unnest($3::pg_catalog.int8[])) with ordinality kept(table_name, content, line, at)
    left join ${stage} stage on stage.${line} = kept.line order by kept.at`,
    [
      rows.map((row) => row.table),
      rows.map((row) => JSON.stringify(row)),
      // No line has the number 0.
      rows.map((row) => String(row.line === undefined ? 0 : row.line - linesBefore)),
    ],
  );
}

/** How many of each table, by label. */
export async function countRejects(session: Session): Promise<ReadonlyMap<string, number>> {
  const rows = await session.query(
    `select table_name, pg_catalog.count(*)::int8 as rows from ${table} group by table_name`,
  );
  return new Map(rows.map((row) => [textOf(row, "table_name"), numberOf(row, "rows")]));
}

export async function reportRejects(
  session: Session,
  { source, onError }: { readonly source: DataSource; readonly onError: OnError },
): Promise<Rejected> {
  const counts = await countRejects(session);
  const rejected = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const first = await session.query(
    `select content, case when pg_catalog.length(row) <= ${shownLengthMax} then row end as row
    from ${table} order by number limit ${shownMax}`,
  );
  const rejects = first.map((row): UnfitRow => {
    const values = optionalTextOf(row, "row");
    // It was written from these very values.
    const found = JSON.parse(textOf(row, "content")) as UnfitRow;
    return values === undefined ? found : { ...found, row: values };
  });
  if (rejected === 0 || onError !== "file") return { rejected, rejects, rejectsFile: undefined };
  const file = await source.rejects();
  try {
    for await (const bytes of session.copyOut(copyLines)) await file.write(bytes);
  } finally {
    await file.close();
  }
  return { rejected, rejects, rejectsFile: file.label };
}

/** JSON has neither of the signs as they are, so that nothing is quoted and each line is as it stands. */
const copyLines = `copy (
  select case when row is null then content
    else pg_catalog.left(content, -1) || ',"row":' || pg_catalog.to_json(row)::text || '}' end
  from ${table} order by number
) to stdout (format csv, delimiter E'\\x02', quote E'\\x01', encoding 'UTF8')`;
