/** The tables of a live database that rows are to be put back into: their columns, keys, triggers, what they refer to. */
import { keyOf, type TableName } from "../../../backup/selection.ts";
import { LockstepError } from "../../../core/errors.ts";
import { booleanOf } from "../../../ledger/row.ts";
import type { Session } from "../../../ports/database.ts";
import { quoteQualifiedName } from "../../../sql/quote.ts";

export interface LiveTarget extends TableName {
  /** Those that hold values of their own. */
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  /** Of the primary key, or the first unique key without nulls; empty: the table is empty, and needs none. */
  readonly key: readonly string[];
  /** The user's triggers, and how each is switched on again. */
  readonly triggers: readonly { readonly name: string; readonly mode: string }[];
  /** Tables that its foreign keys lead to, as keyOf gives them. */
  readonly refersTo: readonly string[];
  /** Sequences that belong to its columns. */
  readonly sequences: readonly string[];
}

const query = `
select c.oid::int8 as oid,
  array(
    select array[a.attname::text, pg_catalog.format_type(a.atttypid, a.atttypmod)]
    from pg_catalog.pg_attribute a
    where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
    order by a.attnum
  ) as columns,
  array(
    select a.attname from (
      select i.indkey, i.indnkeyatts from pg_catalog.pg_index i
      where i.indrelid = c.oid and i.indisunique and i.indisvalid and i.indimmediate
        and i.indpred is null and i.indexprs is null
        and not exists (
          select from pg_catalog.pg_attribute n
          where n.attrelid = c.oid and n.attnum = any (i.indkey[0:i.indnkeyatts - 1]) and not n.attnotnull)
      order by i.indisprimary desc, i.indexrelid limit 1
    ) k
    cross join lateral pg_catalog.unnest(k.indkey[0:k.indnkeyatts - 1]) with ordinality u(number, place)
    join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum = u.number
    order by u.place
  ) as key,
  array(
    select array[t.tgname::text, case t.tgenabled
      when 'A' then 'enable always' when 'R' then 'enable replica'
      when 'D' then 'disable' else 'enable' end]
    from pg_catalog.pg_trigger t where t.tgrelid = c.oid and not t.tgisinternal
    order by t.tgname
  ) as triggers,
  array(
    select array[n.nspname::text, r.relname::text] from pg_catalog.pg_constraint f
    join pg_catalog.pg_class r on r.oid = f.confrelid
    join pg_catalog.pg_namespace n on n.oid = r.relnamespace
    where f.conrelid = c.oid and f.contype = 'f' and f.confrelid <> c.oid
  ) as refers_to,
  array(
    select array[n.nspname::text, s.relname::text] from pg_catalog.pg_depend d
    join pg_catalog.pg_class s on s.oid = d.objid and s.relkind = 'S'
    join pg_catalog.pg_namespace n on n.oid = s.relnamespace
    where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.deptype in ('a', 'i')
      and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.refobjid = c.oid
  ) as sequences
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where n.nspname::text = $1 and c.relname::text = $2 and c.relkind in ('r', 'p')`;

export async function readLiveTarget(
  session: Session,
  { schema, name }: TableName,
): Promise<LiveTarget> {
  const [row] = await session.query(query, [schema, name]);
  const label = quoteQualifiedName(schema, name);
  if (row === undefined) {
    throw new LockstepError("RESTORE.NO_TABLE", `the database has no table ${label}`, {
      state: "nothing was changed",
    });
  }
  const columns = pairs(row["columns"]).map(([column, type]) => ({ name: column, type }));
  return {
    ...{ schema, name, columns },
    key: texts(row["key"]),
    triggers: pairs(row["triggers"]).map(([trigger, mode]) => ({ name: trigger, mode })),
    refersTo: pairs(row["refers_to"]).map(([of, table]) => keyOf({ schema: of, name: table })),
    sequences: pairs(row["sequences"]).map(([of, table]) => keyOf({ schema: of, name: table })),
  };
}

/** Without a key rows can't be told apart; into an empty table they are only added. */
export async function refuseNoKey(session: Session, target: LiveTarget): Promise<void> {
  if (target.key.length > 0) return;
  const name = quoteQualifiedName(target.schema, target.name);
  const [row = {}] = await session.query(`select exists (select from ${name}) as has_rows`);
  if (!booleanOf(row, "has_rows")) return;
  throw new LockstepError("RESTORE.NO_KEY", `${name} has rows and no key that tells them apart`, {
    state: "nothing was changed",
  });
}

function pairs(value: unknown): readonly (readonly [string, string])[] {
  if (!Array.isArray(value)) return [];
  return value.map((pair: unknown) => {
    const [first = "", second = ""] = texts(pair);
    return [first, second] as const;
  });
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
