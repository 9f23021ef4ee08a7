create table t (c integer default 2);
