create table t (id integer, name text, total numeric);
grant select on t to pg_monitor;
