create schema inheritance_18_7136;
set search_path = inheritance_18_7136;
create table a (id integer, x bigint);
create table d () inherits (a);
alter table a add column w integer generated always as (1 + 1) virtual;
alter table d alter column w set expression as (id + 1);
