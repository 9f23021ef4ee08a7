create function f(a integer) returns integer language sql  as $$ select 1 $$;
alter function f(integer) depends on extension plpgsql;
