/**
 * Rows straight from server to server: what COPY writes on one side is what COPY reads on the other, and nothing of it
 * is looked at on the way. In binary where both sides have the same types, as text where they do not.
 */
import { cutIntoParts, type BlockRange } from "../../../backup/parts.ts";
import { isBinarySafe, type TypeFacts } from "../../../backup/type-safety.ts";
import { wrapped } from "../../../data/expression.ts";
import { isDirect, type ColumnMapping, type TableMapping } from "../../../data/mapping.ts";
import { tableLabel, type TableFacts } from "../../../data/tables.ts";
import { numberOf, textOf } from "../../../ledger/row.ts";
import type { Session } from "../../../ports/database.ts";
import { quoteIdentifier, quoteLiteral, quoteQualifiedName } from "../../../sql/quote.ts";
import { dataFailure } from "../data/failure.ts";
import type { Task } from "../work-through.ts";

export type RowsMapping = TableMapping<TableFacts>;

export interface CopyRequest {
  /** Each reads in the snapshot. */
  readonly readers: readonly Session[];
  readonly mappings: readonly RowsMapping[];
  readonly types: ReadonlyMap<number, TypeFacts>;
  readonly signal: AbortSignal | undefined;
  readonly onPart: (done: number, of: number) => void;
}

interface Place {
  readonly mapping: RowsMapping;
  /** As SQL, behind FROM. */
  readonly from: string;
  readonly blocks: number;
}

/** Tasks that fill the tables, and what they have to say. */
export interface Copying {
  readonly tasks: readonly Task<CopyPair>[];
  /** Rows by mapping, so far. */
  readonly counts: ReadonlyMap<RowsMapping, number>;
  /** Whether every part of it is there. */
  readonly isFull: (mapping: RowsMapping) => boolean;
}

export interface CopyPair {
  readonly reader: Session;
  readonly writer: Session;
}

export async function planCopy(request: CopyRequest): Promise<Copying> {
  const { readers, signal } = request;
  const parts = cutIntoParts(await placesOf(request), readers.length);
  const counts = new Map<RowsMapping, number>(request.mappings.map((mapping) => [mapping, 0]));
  const lacking = new Map<RowsMapping, number>();
  for (const { table } of parts) lacking.set(table.mapping, (lacking.get(table.mapping) ?? 0) + 1);
  let done = 0;
  const tasks = parts.map(({ table: place, range }): Task<CopyPair> => ({
    isReady: () => true,
    run: async (pair) => {
      signal?.throwIfAborted();
      const { mapping } = place;
      const rows = await copyPart(request, { ...pair, place, range });
      counts.set(mapping, (counts.get(mapping) ?? 0) + rows);
      lacking.set(mapping, (lacking.get(mapping) ?? 0) - 1);
      done += 1;
      request.onPart(done, parts.length);
    },
  }));
  return { tasks, counts, isFull: (mapping) => (lacking.get(mapping) ?? 0) === 0 };
}

/** A partitioned table is read partition by partition, so that several sessions can. */
async function placesOf({ readers, mappings }: CopyRequest): Promise<readonly Place[]> {
  const [reader] = readers;
  const partitioned = mappings.filter(({ source }) => source.isPartitioned);
  const byRoot = new Map(partitioned.map((mapping) => [mapping.source.oid, mapping]));
  const plain = mappings
    .filter(({ source }) => !source.isPartitioned)
    .map((mapping): Place => {
      const { schema, name, blocks } = mapping.source;
      return { mapping, from: `only ${quoteQualifiedName(schema, name)}`, blocks };
    });
  if (reader === undefined || partitioned.length === 0) return plain;
  const leaves = await reader.query(
    `select root.oid::int8 as root, pg_catalog.format('%I.%I', n.nspname, c.relname) as name,
      case when m.amname = 'heap' then pg_catalog.pg_relation_size(c.oid)
        / pg_catalog.current_setting('block_size')::int8 else 0 end as blocks
    from pg_catalog.unnest($1::oid[]) root(oid)
    cross join lateral pg_catalog.pg_partition_tree(root.oid) p
    join pg_catalog.pg_class c on c.oid = p.relid join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    left join pg_catalog.pg_am m on m.oid = c.relam
    where p.isleaf and c.relkind <> 'p' order by 1, 2`,
    [[...byRoot.keys()].map(String)],
  );
  return [
    ...plain,
    ...leaves.flatMap((row): Place[] => {
      const mapping = byRoot.get(numberOf(row, "root"));
      if (mapping === undefined) return [];
      return [{ mapping, from: `only ${textOf(row, "name")}`, blocks: numberOf(row, "blocks") }];
    }),
  ];
}

interface PartJob {
  readonly reader: Session;
  readonly writer: Session;
  readonly place: Place;
  readonly range: BlockRange | undefined;
}

async function copyPart(request: CopyRequest, job: PartJob): Promise<number> {
  const { reader, writer, place, range } = job;
  const { mapping } = place;
  const { target, columns, source } = mapping;
  const format = isBinary(mapping, request.types) ? "binary" : "text";
  const where = whereOf(range);
  const list = columns.map((column) => quoteIdentifier(column.target.name)).join(", ");
  const name = quoteQualifiedName(target.schema, target.name);
  const into = list === "" ? name : `${name} (${list})`;
  const query = `select ${columns.map(sourceValue).join(", ")} from ${place.from} ${where}`;
  try {
    return await writer.copyIn(
      `copy ${into} from stdin (format ${format})`,
      reader.copyOut(`copy (${query}) to stdout (format ${format})`),
    );
  } catch (error) {
    throw dataFailure(error, `the rows of ${tableLabel(source)} into ${tableLabel(target)}`);
  }
}

function whereOf(range: BlockRange | undefined): string {
  if (range === undefined) return "";
  const from = `where ctid >= '(${range.from},0)'::pg_catalog.tid`;
  return range.to === undefined ? from : `${from} and ctid < '(${range.to},0)'::pg_catalog.tid`;
}

/** On the old side, where the old columns are. */
export function sourceValue({ source, values, expression }: ColumnMapping): string {
  if (expression !== undefined) return wrapped(expression);
  const name = quoteIdentifier(source?.name ?? "");
  if (values === undefined) return name;
  const cases = Object.entries(values).map(
    ([from, to]) => `when ${quoteLiteral(from)} then ${quoteLiteral(to)}`,
  );
  return `case ${name}::text ${cases.join(" ")} else ${name}::text end`;
}

function isBinary(mapping: RowsMapping, types: ReadonlyMap<number, TypeFacts>): boolean {
  if (!isDirect(mapping)) return false;
  return mapping.columns.every(({ source, target }) => {
    const column = mapping.source.columns.find(({ name }) => name === source?.name);
    return (
      column !== undefined && column.type === target.type && isBinarySafe(column.typeOid, types)
    );
  });
}
