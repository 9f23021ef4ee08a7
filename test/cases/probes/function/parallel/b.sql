create function f(a integer) returns integer language sql parallel safe as $$ select 1 $$;
