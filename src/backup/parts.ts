/**
 * Cuts the work of reading tables into parts for several connections: a table is one part, a large one several ranges
 * of blocks. The largest come first, so that no connection is left with a giant at the end.
 */

export interface Measured {
  readonly blocks: number;
}

export interface Part<Table> {
  readonly table: Table;
  /** The table's parts put together in this order are the table. */
  readonly ordinal: number;
  /** Undefined: the whole table. */
  readonly range: BlockRange | undefined;
}

export interface BlockRange {
  readonly from: number;
  /** Undefined: to the end, wherever that is by then. */
  readonly to: number | undefined;
}

/** 128 MB at the usual block size. */
const blocksPerPart = 16_384;

export function cutIntoParts<Table extends Measured>(
  tables: readonly Table[],
  connections: number,
): readonly Part<Table>[] {
  const parts = tables.flatMap((table) => partsOf(table, connections));
  return parts.toSorted((left, right) => weight(right) - weight(left));
}

function partsOf<Table extends Measured>(
  table: Table,
  connections: number,
): readonly Part<Table>[] {
  const count = connections === 1 ? 1 : Math.max(1, Math.round(table.blocks / blocksPerPart));
  if (count === 1) return [{ table, ordinal: 0, range: undefined }];
  const size = Math.ceil(table.blocks / count);
  return Array.from({ length: count }, (_none, ordinal) => {
    const from = ordinal * size;
    return { table, ordinal, range: { from, to: ordinal === count - 1 ? undefined : from + size } };
  });
}

function weight({ table, range }: Part<Measured>): number {
  return range === undefined ? table.blocks : (range.to ?? table.blocks) - range.from;
}
