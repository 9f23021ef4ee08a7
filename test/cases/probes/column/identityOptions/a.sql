create table t (x integer, c integer generated always as identity (increment by 2));
