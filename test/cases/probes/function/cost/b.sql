create function f(a integer) returns integer language sql cost 5 as $$ select 1 $$;
