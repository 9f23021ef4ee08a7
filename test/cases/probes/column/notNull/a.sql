create table t (x integer, c integer);
