create table a (id int, x int constraint n not null);
create table old (x int constraint n not null);
create table b (id int, x int, y int constraint n not null);
create table c (x int) inherits (old);
create table d (x int not null);
