create table t (x integer, c varchar(20));
