create table t (c integer default 1);
