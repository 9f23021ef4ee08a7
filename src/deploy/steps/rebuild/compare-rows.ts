/**
 * What is in the new tables is what is in the old ones: asked of both servers, whatever COPY said. Rows are compared by
 * a sum of their hashes, which does not depend on their order; what a map changes is other by intent and left out.
 */
import { LockstepError } from "../../../core/errors.ts";
import type { ColumnMapping } from "../../../data/mapping.ts";
import { rowHash, type HashedColumn } from "../../../data/row-hash.ts";
import { tableLabel, type TableFacts } from "../../../data/tables.ts";
import { isWidened } from "../../../data/widening.ts";
import { textOf } from "../../../ledger/row.ts";
import { quoteQualifiedName } from "../../../sql/quote.ts";
import type { Task } from "../work-through.ts";
import type { CopyPair, Copying, RowsMapping } from "./copy-rows.ts";

export interface Comparing {
  readonly tasks: readonly Task<CopyPair>[];
  readonly isCompared: (mapping: RowsMapping) => boolean;
}

/** The largest first; each when its table is full. `checksums` false: rows are counted only. */
export function planComparing(copying: Copying, checksums: boolean): Comparing {
  const compared = new Set<RowsMapping>();
  const tasks = [...copying.counts.keys()]
    .toSorted((left, right) => right.source.bytes - left.source.bytes)
    .map((mapping): Task<CopyPair> => ({
      isReady: () => copying.isFull(mapping),
      run: async (pair) => {
        const copied = copying.counts.get(mapping) ?? 0;
        await compareTable(pair, { mapping, copied, checksums });
        compared.add(mapping);
      },
    }));
  return { tasks, isCompared: (mapping) => compared.has(mapping) };
}

interface Comparison {
  readonly mapping: RowsMapping;
  readonly copied: number;
  readonly checksums: boolean;
}

async function compareTable(
  { reader, writer }: CopyPair,
  { mapping, copied, checksums }: Comparison,
): Promise<void> {
  const sums = sumsOf(mapping, checksums);
  const [[was = {}], [is = {}]] = await Promise.all([
    checksums ? reader.query(sums.old) : [{ rows: String(copied), sum: "0" }],
    writer.query(sums.next),
  ]);
  const [wanted, found] = [was, is].map((row) => `${textOf(row, "rows")} ${textOf(row, "sum")}`);
  if (wanted === found && Number(textOf(is, "rows")) === copied) return;
  const what =
    textOf(was, "rows") === textOf(is, "rows")
      ? "other rows"
      : `${textOf(is, "rows")} rows instead of ${textOf(was, "rows")}`;
  throw new LockstepError("REBUILD.DIFFERS", `${tableLabel(mapping.target)} has ${what}`);
}

/** Columns whose text is the same on both sides; those that a map changes are other values by intent. */
function sumsOf(
  { source, target, columns }: RowsMapping,
  checksums: boolean,
): { readonly old: string; readonly next: string } {
  const same = columns.filter((column) => {
    const was = column.source?.type;
    return (
      column.values === undefined &&
      (was === column.target.type || isWidened(was, column.target.type))
    );
  });
  const compared = (name: (column: ColumnMapping) => string): readonly HashedColumn[] =>
    same.map((column) => {
      const { base, typeOid } = column.target;
      return { name: name(column), base, isBuiltin: typeOid < firstUserOid };
    });
  const query = (table: TableFacts, named: readonly HashedColumn[]): string => {
    const hash = checksums ? rowHash(named) : undefined;
    const sum = hash === undefined ? "0" : `coalesce(pg_catalog.sum(${hash}), 0)`;
    const only = table.isPartitioned ? "" : "only ";
    return `select pg_catalog.count(*)::text as rows, ${sum}::text as sum
      from ${only}${quoteQualifiedName(table.schema, table.name)}`;
  };
  return {
    old: query(
      source,
      compared((column) => column.source?.name ?? ""),
    ),
    next: query(
      target,
      compared((column) => column.target.name),
    ),
  };
}

const firstUserOid = 16_384;
