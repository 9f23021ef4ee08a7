create table t (id integer, name text, total numeric);
alter table t owner to pg_monitor;
