create schema types_18_111;
set search_path = types_18_111;
create type e2 as enum ('c', 'a');
create domain d1 as bigint;
create domain d2 as e2;
create type c2 as (x d1, y d1);
create table t1 (x c2, y d1, z d2);
alter domain d2 set not null;
