create table b (id int, x int, w int generated always as (id + 1) stored);
create table comes (id int, v bigint) inherits (b);
create table stays (id int, v bigint) inherits (b);
