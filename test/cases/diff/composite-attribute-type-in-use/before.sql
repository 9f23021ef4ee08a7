create type pair as (x integer, y integer);
create table t (id integer, p pair, ps pair[]);
create function f(p pair) returns integer language sql as $$ select 1 $$;
