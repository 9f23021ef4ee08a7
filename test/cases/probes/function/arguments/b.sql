create function f(a integer default 3) returns integer language sql  as $$ select 1 $$;
