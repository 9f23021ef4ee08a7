create table t (id integer, name text, total numeric);
create index i on t (id);
