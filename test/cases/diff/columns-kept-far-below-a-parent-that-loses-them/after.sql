create schema col1;
set search_path = col1;
create table a (id int);
create table b () inherits(a);
create table c (z int) inherits (b);
create table d () inherits (a);create table e () inherits (d);

create schema col3;
set search_path = col3;
create table a (id int);
create table b () inherits(a);
create table c () inherits (b);
create table d () inherits (a);
create table e () inherits (d);
alter table c add z int;
alter table e add z int;
