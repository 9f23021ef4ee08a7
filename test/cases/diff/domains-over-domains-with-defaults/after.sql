create schema dom1;
set search_path = dom1;
create domain a as int default 3;
create domain b as a;
alter domain b drop default;
create domain c as a default 4;
create domain d as a;

create schema dom2;
set search_path = dom2;
create domain a as int default 3;
create domain b as a;
create domain c as b;

create schema dom3;
set search_path = dom3;
create type e as enum ('a','c');
create domain d as e not null;
create table t (x d);
