create table t (id integer primary key, a bigint, b integer);
create table u (id integer primary key);
create publication p for table t (id, b) where (id > 2) with (publish = 'insert, delete');
create publication q for tables in schema public;
