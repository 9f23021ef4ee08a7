-- since: 18
create table t (x integer, c integer generated always as (x + 1) virtual);
