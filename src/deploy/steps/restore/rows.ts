/**
 * Loads chunks, each in one transaction with its line of the journal. While the server takes one, the next is read,
 * decrypted and expanded.
 */
import { copyInput } from "../../../backup/rows.ts";
import type { ChunkEntry, TableEntry } from "../../../backup/manifest.ts";
import { LockstepError } from "../../../core/errors.ts";
import type { Session } from "../../../ports/database.ts";
import { quoteIdentifier, quoteQualifiedName } from "../../../sql/quote.ts";
import { stopAll, together } from "../backup/rows.ts";
import { loadMasked } from "../mask/load-masked.ts";
import type { Masks, TableMask } from "../mask/masks.ts";
import type { OpenBackup } from "./backup-file.ts";
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

interface Load {
  readonly table: TableEntry;
  readonly chunk: ChunkEntry;
}

export async function loadRows(request: LoadRequest): Promise<void> {
  const { sessions, backup, tables, journal, masks, signal, onChunk } = request;
  const largestFirst = tables.toSorted((left, right) => right.rawBytes - left.rawBytes);
  const all = largestFirst.flatMap((table) => table.chunks.map((chunk) => ({ table, chunk })));
  const queue: Load[] = all.filter(({ chunk }) => !journal.isDone(itemOf(chunk)));
  let done = all.length - queue.length;
  const fetch = (): Fetched | undefined => {
    const load = queue.shift();
    if (load === undefined) return undefined;
    const content = backup.read(load.chunk);
    // It is awaited when its turn comes; until then a failure must not count as unhandled.
    content.catch(() => undefined);
    return { ...load, content };
  };
  const work = async (session: Session): Promise<void> => {
    for (let next = fetch(); next !== undefined;) {
      signal?.throwIfAborted();
      const current = next;
      const raw = await current.content;
      next = fetch();
      await loadChunk(session, { ...current, raw, mask: masks.of(current.table) }, journal);
      done += 1;
      onChunk(done, all.length);
    }
  };
  await together(sessions.map((session) => work(session).catch(stopAll(queue))));
}

interface Fetched extends Load {
  readonly content: Promise<Uint8Array>;
}

export function itemOf(chunk: ChunkEntry): string {
  return `chunk ${chunk.name}`;
}

interface LoadedChunk extends Load {
  readonly raw: Uint8Array;
  readonly mask: TableMask | undefined;
}

async function loadChunk(
  session: Session,
  { table, chunk, raw, mask }: LoadedChunk,
  journal: Journal,
): Promise<void> {
  const name = quoteQualifiedName(table.schema, table.name);
  try {
    await session.script(`begin; ${journal.line(itemOf(chunk))}`);
    const rows =
      mask === undefined
        ? await copyRows(session, table, raw)
        : await loadMasked(session, { table, mask, rows: raw });
    if (rows !== chunk.rows) {
      const message = `${chunk.name} gave ${rows} rows of ${name} instead of ${chunk.rows}`;
      throw new LockstepError("RESTORE.COUNTS", message, { state: halfDone });
    }
    await session.script("commit");
  } catch (error) {
    if (session.transaction !== "idle") await session.script("rollback").catch(() => undefined);
    throw restoreFailure(error, `the rows of ${name}`);
  }
}

async function copyRows(session: Session, table: TableEntry, raw: Uint8Array): Promise<number> {
  const name = quoteQualifiedName(table.schema, table.name);
  const list = table.columns.map((column) => quoteIdentifier(column)).join(", ");
  const target = list === "" ? name : `${name} (${list})`;
  const statement = `copy ${target} from stdin (format ${table.format})`;
  return await session.copyIn(statement, copyInput(table.format, raw));
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
