/**
 * Two rows in every table that takes them, so that a plan meets tables as they are in life. Values are made from the
 * column's type; foreign keys and triggers are off while they go in, and
 * rows that refer to nothing go again. A table that no such row fits stays empty.
 */

export const seedRows = `
do $seed$
declare
  each record;
  try integer;
  number integer;
begin
  perform set_config('session_replication_role', 'replica', true);
  for each in
    select c.oid, c.oid::regclass as name,
      array_agg(a.attname order by a.attnum) as columns,
      array_agg(t.typname order by a.attnum) as types,
      array_agg(coalesce(nullif(t.typbasetype, 0), t.oid) order by a.attnum) as bases,
      array_agg(case when a.atttypmod > 4 and t.typname in ('varchar', 'bpchar') then a.atttypmod - 4 else 0 end
        order by a.attnum) as widths,
      array_agg(a.attnotnull or t.typnotnull order by a.attnum) as required,
      array_agg(t.typtype order by a.attnum) as sorts,
      array_agg(t.typcategory order by a.attnum) as categories
    from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      and a.attgenerated = '' and a.attidentity <> 'a'
    join pg_type t on t.oid = a.atttypid
    join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and not c.relispartition
      and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')
      and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
    group by c.oid
  loop
    for number in 1..2 loop
      for try in 1..2 loop
        begin
          execute format('insert into %s (%s) values (%s)', each.name,
            (select string_agg(quote_ident(x), ', ') from unnest(each.columns) x),
            (select string_agg(pg_temp.seed_value(each.types[i], each.sorts[i], each.categories[i], each.bases[i],
              each.widths[i], number, try = 1 or each.required[i]), ', ' order by i)
             from generate_subscripts(each.columns, 1) i));
          exit;
        exception when others then null;
        end;
      end loop;
    end loop;
  end loop;
  for each in
    select k.conrelid::regclass as name, k.confrelid::regclass as other,
      (select string_agg(format('b.%I = a.%I', y.attname, x.attname), ' and ')
       from unnest(k.conkey, k.confkey) as p (mine, theirs)
       join pg_attribute x on x.attrelid = k.conrelid and x.attnum = mine
       join pg_attribute y on y.attrelid = k.confrelid and y.attnum = theirs) as pairs,
      (select string_agg(format('a.%I is not null', x.attname), ' and ')
       from unnest(k.conkey) as p (mine)
       join pg_attribute x on x.attrelid = k.conrelid and x.attnum = mine) as filled
    from pg_constraint k cross join generate_series(1, 2)
    where k.contype = 'f' and k.convalidated and k.conparentid = 0
  loop
    begin
      execute format('delete from %s a where %s and not exists (select from %s b where %s)',
        each.name, each.filled, each.other, each.pairs);
    exception when others then null;
    end;
  end loop;
end $seed$`;

/** A literal of the type; null where a value is not wanted. */
export const seedFunction = `
create function pg_temp.seed_value(
  type name, sort "char", category "char", base oid, width integer, number integer, wanted boolean
) returns text language plpgsql as $$
declare
  label text;
  kind text := case when sort = 'd' then (select typname from pg_type where oid = base) else type end;
begin
  if not wanted then return 'null'; end if;
  if sort = 'e' then
    select enumlabel into label from pg_enum where enumtypid = base order by enumlabel limit 1;
    return quote_nullable(label);
  end if;
  if category = 'A' then return quote_literal('{}'); end if;
  if kind = 'daterange' then return quote_literal(format('[2021-0%s-01,2021-0%s-09)', number, number)); end if;
  if category = 'R' then
    return quote_literal(case when (select typtype from pg_type where oid = base) = 'm' then '{}' else '(,)' end);
  end if;
  return case
    when kind in ('int2', 'int4', 'int8', 'numeric', 'float4', 'float8', 'money', 'oid') then number::text
    when kind = 'bool' then 'true'
    when kind in ('timestamp', 'timestamptz', 'date') then quote_literal('2021-05-0' || number)
    when kind in ('time', 'timetz') then quote_literal('12:0' || number)
    when kind = 'interval' then quote_literal('1 day')
    when kind = 'uuid' then quote_literal(gen_random_uuid())
    when kind in ('json', 'jsonb') then quote_literal('{}')
    when kind = 'xml' then quote_literal('<a/>')
    when kind in ('inet', 'cidr') then quote_literal('10.0.0.' || number)
    when kind in ('bit', 'varbit') then 'null'
    when category = 'S' and width > 0 then quote_literal(left(number::text, width))
    when category = 'S' then quote_literal(number::text)
    else 'null'
  end;
end $$`;

/** Rows per table. */
export const countFunction = `
create function pg_temp.count_rows() returns table (name text, rows bigint) language plpgsql as $$
declare each regclass;
begin
  for each in
    select c.oid from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind = 'r' and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')
      and n.nspname !~ '^pg_temp'
  loop
    return query execute format('select %L::text, count(*) from only %s', each::text, each);
  end loop;
end $$`;
