-- since: 18
create table t (x integer, c integer not null no inherit);
