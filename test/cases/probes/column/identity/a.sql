create table t (x integer, c integer generated always as identity);
