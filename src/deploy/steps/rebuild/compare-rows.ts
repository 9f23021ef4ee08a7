/**
 * What is in the new tables is what is in the old ones: asked of both servers, whatever COPY said. Rows are compared by
 * a sum of their hashes, which does not depend on their order; what a map changes is other by intent and left out.
 */
import { LockstepError } from "../../../core/errors.ts";
import type { ColumnMapping } from "../../../data/mapping.ts";
import { tableLabel, type ColumnFacts, type TableFacts } from "../../../data/tables.ts";
import { isWidened } from "../../../data/widening.ts";
import { textOf } from "../../../ledger/row.ts";
import { quoteIdentifier, quoteQualifiedName } from "../../../sql/quote.ts";
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

interface Compared {
  readonly name: string;
  readonly base: string;
  /** Its hash tells any two values apart that its text does, and is cheaper to make. */
  readonly isHashed: boolean;
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
  const compared = (name: (column: ColumnMapping) => string): readonly Compared[] =>
    same.map((column) => ({
      name: name(column),
      base: column.target.base,
      isHashed: column.source?.type === column.target.type && hasOwnHash(column.target),
    }));
  const query = (table: TableFacts, named: readonly Compared[]): string => {
    const hash = checksums && named.length > 0 ? hashOf(named) : undefined;
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

/** Making the text of a row costs three times as much as hashing what it holds, so only the others are texts. */
function hashOf(columns: readonly Compared[]): string {
  const hashed = columns.filter(({ isHashed }) => isHashed).map(hashedValue);
  const others = columns
    .filter(({ isHashed }) => !isHashed)
    .map(({ name }) => quoteIdentifier(name));
  const text = others.length === 0 ? [] : [`row(${others.join(", ")})::text collate "C"`];
  return `pg_catalog.hash_record_extended(row(${[...hashed, ...text].join(", ")}), 0)`;
}

/** A collation may count different texts as equal; here bytes count. */
function hashedValue({ name, base }: Compared): string {
  const isText = base === "text" || base === "varchar";
  return isText ? `${quoteIdentifier(name)} collate "C"` : quoteIdentifier(name);
}

const firstUserOid = 16_384;

/** Not numeric (1.0 = 1.00), floats (0 = -0), interval (24 hours = 1 day), char(n), jsonb; nor what has an OID in it. */
const exactHashes: ReadonlySet<string> = new Set([
  ...["bool", "int2", "int4", "int8", "oid", "uuid", "bytea", "name", "text", "varchar"],
  ...["date", "time", "timestamp", "timestamptz"],
]);

function hasOwnHash({ base, typeOid }: ColumnFacts): boolean {
  return typeOid < firstUserOid && exactHashes.has(base);
}
