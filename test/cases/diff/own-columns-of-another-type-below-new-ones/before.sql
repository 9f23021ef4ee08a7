create table a (id int);
create table below (w numeric(8,2), g int generated always as (id + 1) stored, t varchar(9)) inherits (a);
create table between () inherits (a);
create table far (w numeric(8,2), g int generated always as (id + 1) stored, t varchar(9)) inherits (between);
