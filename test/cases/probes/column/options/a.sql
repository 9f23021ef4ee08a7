create table t (id integer, name text, total numeric);
