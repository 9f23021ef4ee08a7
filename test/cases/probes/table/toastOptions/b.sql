create table t (id integer, name text, total numeric);
alter table t set (toast.autovacuum_enabled = off);
