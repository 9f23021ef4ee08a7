create table t (a int, c text,
  b int generated always as (a * 2) stored,
  d int generated always as (a) stored,
  e varchar generated always as (c) stored,
  f int generated always as (a) stored);
create view v as select b, e from t;
create index on t (b);
