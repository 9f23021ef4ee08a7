create function f(a integer) returns integer language sql leakproof as $$ select 1 $$;
