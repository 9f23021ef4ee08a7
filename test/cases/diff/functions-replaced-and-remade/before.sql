create function one(a integer) returns integer language sql as $$ select 1 $$;
create function two(a integer default 1) returns integer language plpgsql as $$ begin return 1; end $$;
create function three(a integer) returns table (b integer) language sql as $$ select 1 $$;
create function four(a integer) returns integer language sql begin atomic select a; end;
