create table t (b integer, a integer);
