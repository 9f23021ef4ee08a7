create table t (id integer, name text, total numeric);
alter table t set (fillfactor = 70);
