/**
 * Rows that did not fit: kept beside the import's journal, in the transaction of their table, so that each is there once,
 * however often the import was cut off. The file of them is written at the end.
 */
import { numberOf, textOf } from "../../../ledger/row.ts";
import type { DataSource } from "../../../ports/data-files.ts";
import type { Session } from "../../../ports/database.ts";
import type { UnfitRow } from "./fit.ts";
import type { OnError } from "./load-context.ts";

export interface Rejected {
  readonly rejected: number;
  /** The first of them. */
  readonly rejects: readonly UnfitRow[];
  readonly rejectsFile: string | undefined;
}

const table = "lockstep_import.rejected";
const shownMax = 20;
const rowsPerQuery = 1_000;

export const makeRejects: string = `create table if not exists ${table} (
  number int8 generated always as identity primary key, table_name text not null, content text not null)`;

export const forgetRejects: string = `delete from ${table}`;

export async function keepRejects(session: Session, rows: readonly UnfitRow[]): Promise<void> {
  if (rows.length === 0) return;
  await session.query(
    `insert into ${table} (table_name, content) select table_name, content
    from unnest($1::pg_catalog.text[], $2::pg_catalog.text[]) with ordinality kept(table_name, content, at)
    order by at`,
    [rows.map((row) => row.table), rows.map((row) => JSON.stringify(row))],
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
  const first = await readAfter(session, 0, shownMax);
  // It was written from these very values.
  const rejects = first.map(({ content }) => JSON.parse(content) as UnfitRow);
  if (rejected === 0 || onError !== "file") return { rejected, rejects, rejectsFile: undefined };
  const file = await source.rejects();
  try {
    for (let last = 0; ;) {
      const page = await readAfter(session, last, rowsPerQuery);
      const text = page.map(({ content }) => `${content}\n`).join("");
      if (page.length > 0) await file.write(new TextEncoder().encode(text));
      last = page.at(-1)?.number ?? last;
      if (page.length < rowsPerQuery) break;
    }
  } finally {
    await file.close();
  }
  return { rejected, rejects, rejectsFile: file.label };
}

interface Kept {
  readonly number: number;
  readonly content: string;
}

async function readAfter(session: Session, last: number, limit: number): Promise<readonly Kept[]> {
  const rows = await session.query(
    `select number, content from ${table} where number > ${last} order by number limit ${limit}`,
  );
  return rows.map((row) => ({ number: numberOf(row, "number"), content: textOf(row, "content") }));
}
