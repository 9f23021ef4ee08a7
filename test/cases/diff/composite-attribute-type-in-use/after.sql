create type pair as (x bigint, y integer);
create table t (id integer, p pair, ps pair[]);
create function f(p pair) returns integer language sql as $$ select 1 $$;
