create function f(a integer) returns integer language sql set work_mem = '9MB' as $$ select 1 $$;
