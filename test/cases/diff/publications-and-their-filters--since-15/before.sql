create table t (id integer primary key, a integer, b integer);
create table u (id integer primary key);
create publication p for table t (id, a) where (id > 1), u;
