create schema types_18_1073;
set search_path = types_18_1073;
create type e1 as enum ('a', 'b');
create type e2 as enum ('c', 'a');
create type c1 as (x e1[], y e2);
create type c2 as (x c1, y bigint);
alter type e1 add value 'c' before 'a';
