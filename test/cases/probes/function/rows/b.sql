create function f(a integer) returns setof integer language sql rows 7 as $$ select 1 $$;
