create type pair as (x integer, y integer, z text);
create table t (id integer, p pair);
create view v as select (p).x from t;
