create function f(a integer) returns integer language sql  as $$ select 1 $$;
revoke execute on function f(integer) from public;
