create function f(a integer) returns setof integer language sql  as $$ select 1 $$;
