create table t (a integer primary key, b integer check (b > 0));
create view v as select a from t;
create index i on t (b);
comment on table t is 'old';
comment on column t.b is 'gone later';
