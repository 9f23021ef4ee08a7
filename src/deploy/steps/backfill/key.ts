/** The unique key that a table is gone through by, as the server has it; a column that may be null is no part of one. */
import { LockstepError } from "../../../core/errors.ts";
import { numberOf, textOf } from "../../../ledger/row.ts";
import type { Session } from "../../../ports/database.ts";
import { quoteIdentifier, quoteLiteral, quoteQualifiedName } from "../../../sql/quote.ts";

export interface TableKey {
  /** Quoted and qualified. */
  readonly table: string;
  readonly columns: readonly string[];
  /** As format_type writes them, one for each column. */
  readonly types: readonly string[];
  /** By the statistics; undefined when nobody has looked. */
  readonly estimate: number | undefined;
}

export type KeyValues = readonly string[];

export interface KeyRequest {
  readonly table: { readonly schema: string | undefined; readonly name: string };
  /** Columns of the key that is meant. */
  readonly key: readonly string[] | undefined;
  /** Columns that are written. */
  readonly writes: readonly string[];
}

const tableQuery = `select c.oid::text as oid, n.nspname::text as schema, c.relname::text as name,
  (select sum(greatest(t.reltuples, 0))::bigint from pg_catalog.pg_class t
   where t.oid = c.oid or t.oid in (select relid from pg_catalog.pg_partition_tree(c.oid))) as estimate
from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where c.oid = pg_catalog.to_regclass($1) and c.relkind in ('r', 'p')`;

const keysQuery = `select pg_catalog.to_jsonb(a.names) as names, pg_catalog.to_jsonb(a.types) as types
from pg_catalog.pg_index i
join pg_catalog.pg_class x on x.oid = i.indexrelid
join pg_catalog.pg_am m on m.oid = x.relam
cross join lateral (
  select pg_catalog.array_agg(c.attname::text order by k.place) as names,
    pg_catalog.array_agg(pg_catalog.format_type(c.atttypid, c.atttypmod) order by k.place) as types,
    pg_catalog.bool_and(c.attnotnull) as all_there, pg_catalog.count(c.attname) as n
  from pg_catalog.unnest(i.indkey::int2[]) with ordinality k(attnum, place)
  left join pg_catalog.pg_attribute c on c.attrelid = i.indrelid and c.attnum = k.attnum and k.attnum > 0
  where k.place <= i.indnkeyatts
) a
where i.indrelid = $1::oid and i.indisunique and i.indisvalid and i.indimmediate and i.indpred is null
  and i.indexprs is null and m.amname = 'btree' and a.all_there and a.n = i.indnkeyatts
  and not exists (select from pg_catalog.unnest(i.indoption::int2[]) o where o <> 0)
order by i.indisprimary desc, i.indnkeyatts, x.relname`;

export async function findKey(session: Session, request: KeyRequest): Promise<TableKey> {
  const { schema, name } = request.table;
  const [found] = await session.query(tableQuery, [quoteQualifiedName(schema, name)]);
  const called = quoteQualifiedName(schema, name);
  if (found === undefined) throw noKey(`there is no table ${called}`);
  const rows = await session.query(keysQuery, [textOf(found, "oid")]);
  const keys = rows.map((row) => ({
    columns: namesIn(row["names"]),
    types: namesIn(row["types"]),
  }));
  const wanted = request.key;
  const chosen =
    wanted === undefined
      ? keys.find(({ columns }) => !columns.some((column) => request.writes.includes(column)))
      : keys.find(({ columns }) => [...columns].sort().join() === [...wanted].sort().join());
  if (chosen === undefined)
    throw noKey(
      whyNot(
        called,
        wanted,
        keys.map(({ columns }) => columns),
      ),
    );
  const changed = chosen.columns.find((column) => request.writes.includes(column));
  if (changed !== undefined)
    throw noKey(`the statement changes ${changed}, which is part of the key of ${called}`);
  const estimate = found["estimate"] === null ? undefined : numberOf(found, "estimate");
  return {
    table: quoteQualifiedName(textOf(found, "schema"), textOf(found, "name")),
    ...chosen,
    estimate: estimate === 0 ? undefined : estimate,
  };
}

function whyNot(
  called: string,
  wanted: readonly string[] | undefined,
  keys: readonly (readonly string[])[],
): string {
  if (wanted !== undefined) {
    return `${called} has no unique key of ${wanted.join(", ")} whose columns are all NOT NULL`;
  }
  return keys.length === 0
    ? `${called} has no unique key whose columns are all NOT NULL`
    : `the statement changes a column of every unique key of ${called}`;
}

function noKey(why: string): LockstepError {
  return new LockstepError("BACKFILL.NO_KEY", why);
}

function namesIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

/** `a.id`, or `(a.x, a.y)`. */
export function keyOf({ columns }: TableKey, reference?: string): string {
  const names = columns.map((column) => {
    const name = quoteIdentifier(column);
    return reference === undefined ? name : `${reference}.${name}`;
  });
  return names.length === 1 ? (names[0] ?? "") : `(${names.join(", ")})`;
}

export function literalOf({ types }: TableKey, values: KeyValues): string {
  const literals = types.map((type, place) => `${quoteLiteral(values[place] ?? "")}::${type}`);
  return literals.length === 1 ? (literals[0] ?? "") : `(${literals.join(", ")})`;
}

/** Behind `after`, up to `upTo`, which is within. */
export function rangeOf(
  key: TableKey,
  range: { readonly after: KeyValues | undefined; readonly upTo: KeyValues | undefined },
  reference?: string,
): string {
  const name = keyOf(key, reference);
  const parts = [
    ...(range.after === undefined ? [] : [`${name} > ${literalOf(key, range.after)}`]),
    ...(range.upTo === undefined ? [] : [`${name} <= ${literalOf(key, range.upTo)}`]),
  ];
  return parts.length === 0 ? "true" : parts.join(" and ");
}

/** The key as an array of texts, the form in which a cursor is kept. */
export function keyTexts({ columns }: TableKey): string {
  const texts = columns.map((column) => `${quoteIdentifier(column)}::text`);
  return `pg_catalog.to_jsonb(array[${texts.join(", ")}])`;
}

export function keyOrder({ columns }: TableKey, direction: "" | " desc" = ""): string {
  return columns.map((column) => `${quoteIdentifier(column)}${direction}`).join(", ");
}
