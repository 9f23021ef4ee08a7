create schema s;
create table s.t (a integer, b integer);
create function s.f() returns integer language sql as $$ select 1 $$;
create sequence s.q;
create type s.e as enum ('a');
alter table s.t owner to pg_monitor;
grant select on s.t to pg_read_all_data;
grant update (a) on s.t to pg_read_all_data;
alter default privileges in schema s grant select on tables to pg_signal_backend;
