create table a (id int, x int constraint n not null);
create table old (x int constraint n not null);
create table b (id int, x int, y int) inherits (a);
create table c (x int) inherits (a);
create table d (x int) inherits (a);
