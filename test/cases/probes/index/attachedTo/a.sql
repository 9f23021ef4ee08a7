create table t (id integer, n integer) partition by range (id);
create table t1 partition of t default;
create index p on only t (n);
create index q on t1 (n);
