create table t (a integer not null) partition by range (a); create table t1 partition of t for values from (1) to (2); alter table t1 add constraint x unique (a); create unique index i on t (a);
