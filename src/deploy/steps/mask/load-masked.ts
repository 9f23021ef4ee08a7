/**
 * Rows of a backup into their table, masked before they get there: COPY goes into a temporary table of the session,
 * and what a SELECT makes of that goes into the table. The temporary one is in the session's own memory as long as it
 * fits, never in the write-ahead log, and gone with the transaction.
 */
import { copyInput } from "../../../backup/rows.ts";
import type { TableEntry } from "../../../backup/manifest.ts";
import type { Session } from "../../../ports/database.ts";
import { quoteIdentifier, quoteQualifiedName } from "../../../sql/quote.ts";
import { maskedList, setMaskKey, type MaskRequest, type TableMask } from "./masks.ts";

/** Several chunks fit, so that their rows are written to no file; larger values than that are. */
const memory = "64MB";

/** Before the session's first temporary table. */
export async function prepareMasking(session: Session, { key }: MaskRequest): Promise<void> {
  await session.script(`set temp_buffers = '${memory}'`);
  await setMaskKey(session, key);
}

export interface MaskedRows {
  readonly table: TableEntry;
  readonly mask: TableMask;
  /** As the backup holds them. */
  readonly rows: AsyncIterable<Uint8Array>;
}

/** In a transaction that is open. Resolves to the number of rows. */
export async function loadMasked(
  session: Session,
  { table, mask, rows }: MaskedRows,
): Promise<number> {
  const own = quoteQualifiedName(table.schema, table.name);
  const target = mask.moves ? quoteQualifiedName(mask.root.schema, mask.root.name) : own;
  const list = table.columns.map((column) => quoteIdentifier(column)).join(", ");
  await session.script(
    `create temporary table lockstep_masking (like ${own} including generated) on commit drop`,
  );
  const copied = await session.copyIn(
    `copy pg_temp.lockstep_masking (${list}) from stdin (format ${table.format})`,
    copyInput(table.format, rows),
  );
  await session.script(`insert into ${target} (${list}) overriding system value
    select ${maskedList(table.columns, mask.expressions)} from pg_temp.lockstep_masking`);
  return copied;
}

/** What a count can be compared with: where rows find their partition anew, only the sum of all. */
export function countable(
  tables: readonly TableEntry[],
  maskOf: (table: TableEntry) => TableMask | undefined,
): readonly TableEntry[] {
  const sums = new Map<TableMask, TableEntry>();
  const others: TableEntry[] = [];
  for (const table of tables) {
    const mask = maskOf(table);
    if (mask?.moves !== true) {
      others.push(table);
      continue;
    }
    const rows = (sums.get(mask)?.rows ?? 0) + table.rows;
    sums.set(mask, { ...table, ...mask.root, partitioned: true, rows });
  }
  return [...others, ...sums.values()];
}
