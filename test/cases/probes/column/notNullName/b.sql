-- since: 18
create table t (x integer, c integer constraint named not null);
