create schema inheritance_18_2034;
set search_path = inheritance_18_2034;
create foreign data wrapper none;
create server nowhere foreign data wrapper none;
create table a (id integer, x integer);
create table b (id integer, x integer, y bigint);
create foreign table f (v integer) inherits (b, a) server nowhere;
drop table b cascade;
