create table t (id integer, name text, total numeric);
grant select (id) on t to pg_monitor;
