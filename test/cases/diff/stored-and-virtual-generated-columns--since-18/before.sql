create table t (a integer, b integer generated always as (a + 1) stored, c integer generated always as (a + 2) stored, d integer);
create view v as select c from t;
