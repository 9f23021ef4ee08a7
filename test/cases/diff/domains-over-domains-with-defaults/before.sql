create schema dom1;
set search_path = dom1;
create domain a as int default 3;

create schema dom2;
set search_path = dom2;
create domain a as int ;create domain b as a;
create domain c as b;

create schema dom3;
set search_path = dom3;
create type e as enum ('a','b');
create domain d as e not null;
create table t (x d);
