create table b (id int, x int, w int generated always as (id + 1) stored);
create table e (id int, v int);
create table comes (id int, x int);
create table stays () inherits (b, e);
