create table t (a int, c text,
  b text generated always as (c || 'x') stored,
  d text generated always as (a) stored,
  e int generated always as (length(c)) stored,
  f bigint generated always as (a * 2) stored);
create view v as select b, e from t;
create index on t (b);
