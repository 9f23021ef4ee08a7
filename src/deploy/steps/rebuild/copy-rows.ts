/**
 * Rows straight from server to server: what COPY writes on one side is what COPY reads on the other, and nothing of it
 * is looked at on the way. In binary where both sides have the same types, as text where they do not.
 */
import { cutIntoParts, type BlockRange } from "../../../backup/parts.ts";
import { isBinarySafe, type TypeFacts } from "../../../backup/type-safety.ts";
import { LockstepError } from "../../../core/errors.ts";
import { wrapped } from "../../../data/expression.ts";
import { isDirect, type ColumnMapping, type TableMapping } from "../../../data/mapping.ts";
import { tableLabel, type TableFacts } from "../../../data/tables.ts";
import { numberOf, textOf } from "../../../ledger/row.ts";
import type { Session } from "../../../ports/database.ts";
import { quoteIdentifier, quoteLiteral, quoteQualifiedName } from "../../../sql/quote.ts";
import { stopAll, together } from "../backup/rows.ts";
import { dataFailure } from "../data/failure.ts";

export type RowsMapping = TableMapping<TableFacts>;

export interface CopyRequest {
  /** Each reads in the snapshot. */
  readonly readers: readonly Session[];
  /** As many. */
  readonly writers: readonly Session[];
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

/** Rows by mapping. */
export async function copyRows(request: CopyRequest): Promise<ReadonlyMap<RowsMapping, number>> {
  const { readers, writers, signal } = request;
  const places = await placesOf(request);
  const parts = cutIntoParts(places, readers.length);
  const queue = [...parts];
  const counts = new Map<RowsMapping, number>(request.mappings.map((mapping) => [mapping, 0]));
  let done = 0;
  const work = async (reader: Session, writer: Session): Promise<void> => {
    for (let part = queue.shift(); part !== undefined; part = queue.shift()) {
      signal?.throwIfAborted();
      const { table: place, range } = part;
      const rows = await copyPart(request, { reader, writer, place, range });
      counts.set(place.mapping, (counts.get(place.mapping) ?? 0) + rows);
      done += 1;
      request.onPart(done, parts.length);
    }
  };
  await together(
    readers.map((reader, at) => work(reader, writers[at] ?? reader).catch(stopAll(queue))),
  );
  return counts;
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

export interface CompareRequest {
  readonly readers: readonly Session[];
  readonly writers: readonly Session[];
  readonly counts: ReadonlyMap<RowsMapping, number>;
  /** False: rows are counted only. */
  readonly checksums: boolean;
}

/** What is in the new tables is what is in the old ones: asked of both servers, whatever COPY said. */
export async function compareRows(request: CompareRequest): Promise<void> {
  const queue = [...request.counts].sort(
    ([left], [right]) => right.source.bytes - left.source.bytes,
  );
  const work = async (reader: Session, writer: Session): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const [mapping, copied] = next;
      const sums = sumsOf(mapping, request.checksums);
      const [[was = {}], [is = {}]] = await Promise.all([
        request.checksums ? reader.query(sums.old) : [{ rows: String(copied), sum: "0" }],
        writer.query(sums.next),
      ]);
      const [wanted, found] = [
        `${textOf(was, "rows")} ${textOf(was, "sum")}`,
        `${textOf(is, "rows")} ${textOf(is, "sum")}`,
      ];
      if (wanted === found && Number(textOf(is, "rows")) === copied) continue;
      const what =
        textOf(was, "rows") === textOf(is, "rows")
          ? "other rows"
          : `${textOf(is, "rows")} rows instead of ${textOf(was, "rows")}`;
      const message = `${tableLabel(mapping.target)} has ${what}`;
      throw new LockstepError("REBUILD.DIFFERS", message);
    }
  };
  const { readers, writers } = request;
  await together(
    readers.map((reader, at) => work(reader, writers[at] ?? reader).catch(stopAll(queue))),
  );
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
  const query = (table: TableFacts, names: readonly string[]): string => {
    const row = names.map((name) => quoteIdentifier(name)).join(", ");
    const sum =
      checksums && names.length > 0
        ? `coalesce(pg_catalog.sum(pg_catalog.hashtextextended(row(${row})::text, 0)), 0)`
        : "0";
    const only = table.isPartitioned ? "" : "only ";
    return `select pg_catalog.count(*)::text as rows, ${sum}::text as sum
      from ${only}${quoteQualifiedName(table.schema, table.name)}`;
  };
  return {
    old: query(
      source,
      same.map((column) => column.source?.name ?? ""),
    ),
    next: query(
      target,
      same.map((column) => column.target.name),
    ),
  };
}

const integers: readonly string[] = ["smallint", "integer", "bigint"];

function isWidened(was: string | undefined, is: string): boolean {
  if (was === undefined) return false;
  const [from, to] = [integers.indexOf(was), integers.indexOf(is)];
  const isText = (type: string): boolean => type === "text" || type.startsWith("character varying");
  return (from !== -1 && to >= from) || (isText(was) && isText(is));
}
