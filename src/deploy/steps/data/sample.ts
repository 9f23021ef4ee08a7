/**
 * A small part of a database that is whole in itself: some rows of each table that refers to no other, some of the
 * rows that refer to those, and everything that any of them refers to. Rows are known by their place, which stays as
 * it is while the snapshot is held.
 */
import type { LoadUnit } from "../../../data/order.ts";
import { wrapped } from "../../../data/expression.ts";
import type { ForeignKeyFacts, TableFacts } from "../../../data/tables.ts";
import { numberOf, textOf } from "../../../ledger/row.ts";
import type { Row, Session } from "../../../ports/database.ts";
import { quoteIdentifier, quoteQualifiedName } from "../../../sql/quote.ts";

export interface SampleRequest {
  readonly session: Session;
  readonly tables: readonly TableFacts[];
  readonly foreignKeys: readonly ForeignKeyFacts[];
  /** In the order that rows are loaded in. */
  readonly units: readonly LoadUnit[];
  readonly conditions: ReadonlyMap<number, string>;
  readonly rows: number;
  /** Of each row, so many that refer to it by one foreign key. */
  readonly children: number;
}

/** By table, by partition, the rows' places as numbers. */
export type Sample = ReadonlyMap<number, Places>;
type Places = Map<number, Set<number>>;

interface Place {
  readonly partition: number;
  readonly place: number;
}

const offsetsPerBlock = 65_536;

export async function takeSample(request: SampleRequest): Promise<Sample> {
  const { tables, foreignKeys } = request;
  const byOid = new Map(tables.map((table) => [table.oid, table]));
  const sample = new Map<number, Places>(tables.map(({ oid }) => [oid, new Map()]));
  const known = foreignKeys.filter(({ table, target }) => byOid.has(table) && byOid.has(target));
  const job: Job = { ...request, byOid, sample, foreignKeys: known };
  for (const unit of request.units) await takeUnit(job, unit);
  await addParents(job);
  return sample;
}

interface Job extends SampleRequest {
  readonly byOid: ReadonlyMap<number, TableFacts>;
  readonly sample: ReadonlyMap<number, Places>;
}

async function takeUnit(job: Job, unit: LoadUnit): Promise<void> {
  for (const oid of unit.tables) {
    const table = job.byOid.get(oid);
    if (table === undefined) continue;
    if (unit.needs.length === 0) add(job, oid, await pickSome(job, table));
    for (const key of job.foreignKeys) {
      if (key.table === oid) add(job, oid, await pickChildren(job, key));
    }
  }
}

/** Gives those that are new. */
function add(job: Job, table: number, places: readonly Place[]): readonly Place[] {
  const known = job.sample.get(table);
  if (known === undefined) return [];
  return places.filter(({ partition, place }) => {
    const rows = known.get(partition) ?? new Set();
    known.set(partition, rows);
    if (rows.has(place)) return false;
    rows.add(place);
    return true;
  });
}

/** The same rows each time, and not the oldest alone. */
async function pickSome(job: Job, table: TableFacts): Promise<readonly Place[]> {
  const where = whereOf(job, table, []);
  const key = table.key.map((column) => quoteIdentifier(column)).join(", ");
  const order = key === "" ? "" : `order by pg_catalog.hashtextextended(row(${key})::text, 0)`;
  const rows = await job.session.query(
    `select tableoid::int8 as partition, ctid::text as place from ${from(table)} ${where} ${order}
    limit ${job.rows}`,
  );
  return rows.map(toPlace);
}

const placesPerQuery = 20_000;

async function pickChildren(job: Job, key: ForeignKeyFacts): Promise<readonly Place[]> {
  const [child, parent] = [job.byOid.get(key.table), job.byOid.get(key.target)];
  if (child === undefined || parent === undefined || job.children === 0) return [];
  const columns = key.columns.map((column) => quoteIdentifier(column)).join(", ");
  const found: Place[] = [];
  for (const places of batches(listOf(job.sample.get(parent.oid)))) {
    const parents = `(${columns}) in (${keysAt(parent, key.targetColumns, places)})`;
    const rows = await job.session.query(
      `select partition, place from (
        select tableoid::int8 as partition, ctid::text as place,
          pg_catalog.row_number() over (partition by ${columns}) as number
        from ${from(child)} ${whereOf(job, child, [parents])}
      ) children where number <= ${job.children}`,
    );
    found.push(...rows.map(toPlace));
  }
  return found;
}

async function addParents(job: Job): Promise<void> {
  const waiting = [...job.sample].map(([table, places]) => ({ table, places: listOf(places) }));
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    for (const key of job.foreignKeys) {
      if (key.table !== next.table) continue;
      const [child, parent] = [job.byOid.get(key.table), job.byOid.get(key.target)];
      if (child === undefined || parent === undefined) continue;
      const columns = key.targetColumns.map((column) => quoteIdentifier(column)).join(", ");
      for (const places of batches(next.places)) {
        const rows = await job.session.query(
          `select tableoid::int8 as partition, ctid::text as place from ${from(parent)}
          where (${columns}) in (${keysAt(child, key.columns, places)})`,
        );
        const added = add(job, parent.oid, rows.map(toPlace));
        if (added.length > 0) waiting.push({ table: parent.oid, places: added });
      }
    }
  }
}

function keysAt(table: TableFacts, columns: readonly string[], places: readonly Place[]): string {
  const list = columns.map((column) => quoteIdentifier(column)).join(", ");
  return `select ${list} from ${from(table)} where ${atPlaces(places)}`;
}

function whereOf(job: Job, table: TableFacts, more: readonly string[]): string {
  const own = job.conditions.get(table.oid);
  const all = [
    ...(table.condition === undefined ? [] : [table.condition.replace(/^\s*where\b/i, "")]),
    ...(own === undefined ? [] : [wrapped(own)]),
    ...more,
  ];
  return all.length === 0 ? "" : `where ${all.join(" and ")}`;
}

function from(table: TableFacts): string {
  const only = table.isPartitioned ? "" : "only ";
  return `${only}${quoteQualifiedName(table.schema, table.name)}`;
}

function toPlace(row: Row): Place {
  const [block = 0, offset = 0] = textOf(row, "place").slice(1, -1).split(",").map(Number);
  return { partition: numberOf(row, "partition"), place: block * offsetsPerBlock + offset };
}

function listOf(places: Places | undefined): readonly Place[] {
  return [...(places ?? [])].flatMap(([partition, rows]) =>
    [...rows].map((place) => ({ partition, place })),
  );
}

function* batches(places: readonly Place[]): Generator<readonly Place[]> {
  for (let at = 0; at < places.length; at += placesPerQuery)
    yield places.slice(at, at + placesPerQuery);
}

function atPlaces(places: readonly Place[]): string {
  const byPartition = new Map<number, string[]>();
  for (const { partition, place } of places) {
    const known = byPartition.get(partition) ?? [];
    known.push(`"(${Math.floor(place / offsetsPerBlock)},${place % offsetsPerBlock})"`);
    byPartition.set(partition, known);
  }
  const parts = [...byPartition].map(
    ([partition, rows]) =>
      `(tableoid = ${partition} and ctid = any ('{${rows.join(",")}}'::pg_catalog.tid[]))`,
  );
  return parts.length === 0 ? "false" : `(${parts.join(" or ")})`;
}

/** The conditions under which a table's sampled rows are read, each for one COPY; none when there is no such row. */
export function placesOf(sample: Sample, table: number): readonly string[] {
  const sorted = listOf(sample.get(table)).toSorted(
    (left, right) => left.partition - right.partition || left.place - right.place,
  );
  return [...batches(sorted)].map(atPlaces);
}
