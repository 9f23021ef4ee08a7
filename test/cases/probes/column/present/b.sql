create table t (id integer, name text, total numeric);
alter table t add column more text;
