create function one(a integer) returns integer language sql immutable strict parallel safe cost 7 set search_path = pg_catalog, public set work_mem = '1MB' as $$ select 2 $$;
create function two(a integer) returns integer language plpgsql security definer as $$ begin return 1; end $$;
create function three(a integer) returns table (b integer, c text) language sql as $$ select 1, 'x' $$;
create function four(a integer) returns integer language sql begin atomic select a + 1; end;
create function five(variadic a integer[]) returns integer language sql as $body$ select '$$'::text::integer $body$;
