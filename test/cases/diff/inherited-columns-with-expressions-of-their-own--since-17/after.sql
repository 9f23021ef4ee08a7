create table a (id int, g int generated always as (id + 1) stored);
create table b () inherits (a);
alter table b alter g set expression as (id * 2);
create table p (id int, g int generated always as (id + 1) stored) partition by list (id);
create table p1 partition of p (g generated always as (id * 3) stored) for values in (1);
create table q (id int, g int generated always as (id + 1) stored) partition by list (id);
create table q1 partition of q (g generated always as (id * 3) stored) for values in (1);
