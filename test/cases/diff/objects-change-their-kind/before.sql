create table thing (a integer);
create view other as select 1 as a;
create function f(a integer) returns integer language sql as $$ select a $$;
create type t as enum ('a');
