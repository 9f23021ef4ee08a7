create table t (id integer, name text, total numeric);
grant select, insert on t to pg_monitor;
