/**
 * Loads chunks, each in one transaction with its line of the journal. While the server takes one, the next is read,
 * decrypted and expanded.
 */
import { copyInput, loadsOf } from "../../../backup/rows.ts";
import type { ChunkEntry, TableEntry } from "../../../backup/manifest.ts";
import { LockstepError } from "../../../core/errors.ts";
import type { Session } from "../../../ports/database.ts";
import { quoteIdentifier, quoteQualifiedName } from "../../../sql/quote.ts";
import { stopAll, together } from "../backup/rows.ts";
import { loadMasked } from "../mask/load-masked.ts";
import type { Masks, TableMask } from "../mask/masks.ts";
import { contentsOf, type OpenBackup } from "./backup-file.ts";
import { halfDone, restoreFailure } from "./failure.ts";
import type { Journal } from "./journal.ts";

export interface LoadRequest {
  readonly sessions: readonly Session[];
  readonly backup: OpenBackup;
  readonly tables: readonly TableEntry[];
  readonly journal: Journal;
  /** Of the tables whose rows are replaced before they are in them. */
  readonly masks: Masks;
  readonly signal: AbortSignal | undefined;
  readonly onChunk: (done: number, of: number) => void;
}

/** Chunks that are loaded together: one, or all that a row lies in which is larger than one. */
interface Load {
  readonly table: TableEntry;
  readonly chunks: readonly [ChunkEntry, ...ChunkEntry[]];
}

export async function loadRows(request: LoadRequest): Promise<void> {
  const { sessions, backup, tables, journal, masks, signal, onChunk } = request;
  const largestFirst = tables.toSorted((left, right) => right.rawBytes - left.rawBytes);
  const all = largestFirst.flatMap((table) =>
    loadsOf(table.chunks).map((chunks): Load => ({ table, chunks })),
  );
  const queue = all.filter(({ chunks: [first] }) => !journal.isDone(itemOf(first)));
  const count = (loads: readonly Load[]): number =>
    loads.reduce((sum, { chunks }) => sum + chunks.length, 0);
  const of = count(all);
  let done = of - count(queue);
  const fetch = (): Fetched | undefined => {
    const taken = queue.shift();
    if (taken === undefined) return undefined;
    const first = backup.read(taken.chunks[0]);
    // It is awaited when its turn comes; until then a failure must not count as unhandled.
    first.catch(() => undefined);
    return { ...taken, first };
  };
  const work = async (session: Session): Promise<void> => {
    let next = fetch();
    while (next !== undefined) {
      signal?.throwIfAborted();
      const { table, chunks, first } = next;
      next = undefined;
      await first;
      const onLast = (): void => void (next = fetch());
      const rows = contentsOf(backup, chunks, { first, onLast });
      await load(session, { table, chunks, rows, mask: masks.of(table) }, journal);
      done += chunks.length;
      onChunk(done, of);
    }
  };
  await together(sessions.map((session) => work(session).catch(stopAll(queue))));
}

interface Fetched extends Load {
  readonly first: Promise<Uint8Array>;
}

export function itemOf(chunk: ChunkEntry): string {
  return `chunk ${chunk.name}`;
}

interface ReadLoad extends Load {
  readonly rows: AsyncIterable<Uint8Array>;
  readonly mask: TableMask | undefined;
}

async function load(
  session: Session,
  { table, chunks, rows, mask }: ReadLoad,
  journal: Journal,
): Promise<void> {
  const name = quoteQualifiedName(table.schema, table.name);
  const [first] = chunks;
  const wanted = chunks.reduce((sum, chunk) => sum + chunk.rows, 0);
  try {
    await session.script(`begin; ${journal.line(itemOf(first))}`);
    const loaded =
      mask === undefined
        ? await copyRows(session, table, rows)
        : await loadMasked(session, { table, mask, rows });
    if (loaded !== wanted) {
      const message = `${first.name} gave ${loaded} rows of ${name} instead of ${wanted}`;
      throw new LockstepError("RESTORE.COUNTS", message, { state: halfDone });
    }
    await session.script("commit");
  } catch (error) {
    if (session.transaction !== "idle") await session.script("rollback").catch(() => undefined);
    throw restoreFailure(error, `the rows of ${name}`);
  }
}

async function copyRows(
  session: Session,
  table: TableEntry,
  rows: AsyncIterable<Uint8Array>,
): Promise<number> {
  const name = quoteQualifiedName(table.schema, table.name);
  const list = table.columns.map((column) => quoteIdentifier(column)).join(", ");
  const target = list === "" ? name : `${name} (${list})`;
  const statement = `copy ${target} from stdin (format ${table.format})`;
  return await session.copyIn(statement, copyInput(table.format, rows));
}

export interface CountRequest {
  readonly sessions: readonly Session[];
  readonly tables: readonly TableEntry[];
}

/** Asks the tables themselves, whatever COPY said. */
export async function compareCounts({ sessions, tables }: CountRequest): Promise<void> {
  const queue = [...tables];
  const work = async (session: Session): Promise<void> => {
    for (let table = queue.shift(); table !== undefined; table = queue.shift()) {
      const name = quoteQualifiedName(table.schema, table.name);
      const only = table.partitioned === true ? "" : "only ";
      const [row = {}] = await session.query(
        `select pg_catalog.count(*)::text as rows from ${only}${name} ${table.condition ?? ""}`,
      );
      if (row["rows"] === String(table.rows)) continue;
      const message = `${name} has ${String(row["rows"])} rows, the backup ${table.rows}`;
      throw new LockstepError("RESTORE.COUNTS", message, { state: halfDone });
    }
  };
  await together(sessions.map((session) => work(session).catch(stopAll(queue))));
}
