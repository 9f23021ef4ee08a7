-- since: 18
create table t (x integer, c integer); alter table t add constraint t_c_not_null not null c not valid;
