/**
 * Reads tables by COPY and writes their rows as chunks. One session reads one part at a time.
 */
import type { BlockRange, Part } from "../../../backup/parts.ts";
import { cutIntoParts } from "../../../backup/parts.ts";
import type { ChunkEntry, TableEntry } from "../../../backup/manifest.ts";
import type { Session } from "../../../ports/database.ts";
import { quoteQualifiedName } from "../../../sql/quote.ts";
import { maskedList } from "../mask/masks.ts";
import { readChunks, type PendingChunk } from "./chunks.ts";
import { readFailure } from "./failure.ts";
import type { TableUnit } from "./inventory.ts";
import type { EntryWriter } from "./writer.ts";

export interface RowsRequest {
  /** Each in a transaction with the backup's snapshot. */
  readonly sessions: readonly Session[];
  readonly tables: readonly TableUnit[];
  readonly entries: EntryWriter;
  readonly signal: AbortSignal | undefined;
  /** After each part. */
  readonly onPart: (done: number, of: number) => void;
}

export async function writeRows(request: RowsRequest): Promise<readonly TableEntry[]> {
  const { sessions, tables, entries, signal } = request;
  const parts = cutIntoParts(tables, sessions.length);
  const chunks = new Map<TableUnit, (readonly PendingChunk[])[]>();
  const queue = [...parts];
  let done = 0;
  const work = async (session: Session): Promise<void> => {
    for (let part = queue.shift(); part !== undefined; part = queue.shift()) {
      signal?.throwIfAborted();
      const known = chunks.get(part.table) ?? [];
      chunks.set(part.table, known);
      known[part.ordinal] = await readPart(session, part, entries);
      done += 1;
      request.onPart(done, parts.length);
    }
  };
  await together(sessions.map((session) => work(session).catch(stopAll(queue))));
  await entries.drain();
  return await Promise.all(tables.map((table) => entryOf(table, (chunks.get(table) ?? []).flat())));
}

/** What fails on one session leaves nothing more to do for the others. */
export function stopAll(queue: unknown[]): (error: unknown) => never {
  return (error) => {
    queue.length = 0;
    throw error;
  };
}

/** Waits for all of them, then throws what failed first. */
export async function together(works: readonly Promise<void>[]): Promise<void> {
  let failure: { readonly error: unknown } | undefined;
  await Promise.all(
    works.map((work) =>
      work.catch((error: unknown) => {
        failure ??= { error };
      }),
    ),
  );
  if (failure !== undefined) throw failure.error;
}

async function entryOf(table: TableUnit, chunks: readonly PendingChunk[]): Promise<TableEntry> {
  const { schema, name, columns, format, origin, condition } = table;
  const stored = await Promise.all(
    chunks.map(async ({ entry, ...more }): Promise<ChunkEntry> => ({ ...(await entry), ...more })),
  );
  return {
    ...{ schema, name, columns, format, origin },
    ...(condition === undefined ? {} : { condition }),
    ...(table.isPartitioned ? { partitioned: true } : {}),
    rows: stored.reduce((sum, chunk) => sum + chunk.rows, 0),
    rawBytes: stored.reduce((sum, chunk) => sum + chunk.rawBytes, 0),
    chunks: stored,
  };
}

async function readPart(
  session: Session,
  { table, range }: Part<TableUnit>,
  entries: EntryWriter,
): Promise<readonly PendingChunk[]> {
  const name = quoteQualifiedName(table.schema, table.name);
  try {
    // Whoever waits for an exclusive lock would be waited for in turn, and both for ever.
    await session.script(`lock table only ${name} in access share mode nowait`);
    const statement = `copy ${copySource(table, range)} to stdout (format ${table.format})`;
    return await readChunks(session.copyOut(statement), table.format, entries);
  } catch (error) {
    throw readFailure(error, `the table ${name}`);
  }
}

/** COPY of a table reads the table alone; a query is needed for a part of one, and for a partitioned one. */
export function copySource(
  table: Pick<
    TableUnit,
    "schema" | "name" | "columns" | "condition" | "isPartitioned" | "expressions"
  >,
  range: BlockRange | undefined,
): string {
  const name = quoteQualifiedName(table.schema, table.name);
  const { expressions = asTheyAre } = table;
  const list = maskedList(table.columns, expressions);
  const isWhole = range === undefined && table.condition === undefined && !table.isPartitioned;
  if (isWhole && expressions.size === 0) return list === "" ? name : `${name} (${list})`;
  const only = table.isPartitioned ? "" : "only ";
  const where = rangeCondition(range) ?? table.condition ?? "";
  return `(select ${list} from ${only}${name} ${where})`;
}

const asTheyAre: ReadonlyMap<string, string> = new Map();

function rangeCondition(range: BlockRange | undefined): string | undefined {
  if (range === undefined) return undefined;
  const from = `where ctid >= '(${range.from},0)'::tid`;
  return range.to === undefined ? from : `${from} and ctid < '(${range.to},0)'::tid`;
}
