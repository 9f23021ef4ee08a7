create function f(a integer) returns integer language sql  as $$ select 1 $$;
alter function f(integer) owner to pg_monitor;
