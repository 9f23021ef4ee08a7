create schema types_18_7231;
set search_path = types_18_7231;
create type e1 as enum ('a', 'b');
create domain d2 as e1;
create type c1 as (x d2, y e1);
create type c2 as (x c1[], y e1[]);
drop domain d2 cascade;
