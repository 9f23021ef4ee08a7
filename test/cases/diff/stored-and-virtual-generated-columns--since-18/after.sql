create table t (a integer, b integer generated always as (a + 1) virtual, c integer generated always as (a + 3) stored, d integer generated always as (a * 2) virtual);
create view v as select c from t;
