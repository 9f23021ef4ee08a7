create schema inheritance_18_177;
set search_path = inheritance_18_177;
create foreign data wrapper none;
create server nowhere foreign data wrapper none;
create table a (id integer, x integer);
create table c (z integer) inherits (a);
create foreign table f (v integer) inherits (a) server nowhere;
alter table a add column z integer generated always as (id + 1) virtual;
