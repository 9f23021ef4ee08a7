create table t (id integer, name text, total numeric);
alter table t alter column name set statistics 99;
