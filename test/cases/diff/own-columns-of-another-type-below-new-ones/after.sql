create table a (id int, w int, g bigint generated always as (1 + 1) stored, t text collate "C" default 'x');
create table below () inherits (a);
create table between () inherits (a);
create table far () inherits (between);
