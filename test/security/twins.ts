/**
 * What somebody with CREATE on schema public can prepare: operators and functions with the names of the server's own,
 * for types that fit better or just as well. Each fails when it is called, and names itself, so that no query of ours
 * can use one unnoticed.
 */
import type { TestDatabase } from "../support/database.ts";

/** Operators whose arguments are what no operator of the server's takes exactly: they win whatever search_path says. */
export async function plantTwins(
  database: TestDatabase,
  which: "better-fitting" | "all",
): Promise<void> {
  await database.run(`set search_path = pg_catalog; do $plant$
declare
  one record;
  made integer := 0;
begin
  for one in
    select o.name as op, l.t as l, r.t as r
    from unnest(array['=', '<>', '<', '>', '<=', '>=', '||', '~', '!~', '~~', '->>', '->', '+', '-', '*', '/', '&', '|', '<<', '>>', '@>', '&&']) o (name),
      unnest(array['oid', 'int2', 'int4', 'int8', 'text', 'name', '"char"', 'bool', 'regclass', 'regtype', 'regnamespace', 'timestamptz', 'interval', 'jsonb', 'float8', 'numeric', 'text[]', 'name[]', 'oid[]', 'int2[]', 'int2vector', 'oidvector', 'xid', 'uuid', 'anyarray', 'regproc']) l (t),
      unnest(array['oid', 'int2', 'int4', 'int8', 'text', 'name', '"char"', 'bool', 'regclass', 'regtype', 'regnamespace', 'timestamptz', 'interval', 'jsonb', 'float8', 'numeric', 'text[]', 'name[]', 'oid[]', 'int2[]', 'int2vector', 'oidvector', 'xid', 'uuid', 'anyarray', 'regproc']) r (t)
    where ${which === "all"} or not exists (
      select from pg_catalog.pg_operator p
      where p.oprname = o.name and p.oprleft = l.t::regtype and p.oprright = r.t::regtype)
  loop
    begin
      made := made + 1;
      execute pg_catalog.format('create function public.twin_%s(a %s, b %s) returns %s language plpgsql as %L',
        made, one.l, one.r, case when one.op in ('=', '<>', '<', '>', '<=', '>=', '~', '!~', '~~', '@>', '&&') then 'bool' when one.op in ('||', '->>') then 'text' else 'int8' end,
        pg_catalog.format('begin raise exception ''TWIN %s(%s, %s)''; end', one.op, one.l, one.r));
      execute pg_catalog.format('create operator public.%s (function = public.twin_%s, leftarg = %s, rightarg = %s)',
        one.op, made, one.l, one.r);
    exception when others then null;
    end;
  end loop;
  if ${which === "all"} then
    for one in
      select p.proname, pg_catalog.pg_get_function_identity_arguments(p.oid) as args,
        pg_catalog.format_type(p.prorettype, null) as result
      from pg_catalog.pg_proc p
      where p.pronamespace = 'pg_catalog'::regnamespace and p.prokind = 'f' and p.prorettype <> 'internal'::regtype
        and p.prorettype <> 'trigger'::regtype and not p.proretset and p.proname !~ '(_in|_out|recv|send|handler)$'
        and p.provariadic = 0 and p.oid < 16384
    loop
      begin
        execute pg_catalog.format('create function public.%I(%s) returns %s language plpgsql as %L', one.proname, one.args, one.result,
          pg_catalog.format('begin raise exception ''TWIN %s''; end', one.proname));
      exception when others then null;
      end;
    end loop;
  end if;
end
$plant$`);
}
