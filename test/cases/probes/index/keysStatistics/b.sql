create table t (id integer, name text, total numeric);
create index i on t (lower(name));
alter index i alter column 1 set statistics 77;
