create function f(a integer) returns integer language sql stable as $$ select 1 $$;
