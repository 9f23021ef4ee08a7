create table t (a integer not null) partition by range (a); create table t1 partition of t for values from (1) to (2); create unique index i on t (a);
