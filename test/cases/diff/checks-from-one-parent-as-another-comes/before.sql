create table a (id int, x int);
create table b (id int, y int);
create table f (y int) inherits (a);
create table g (y int) inherits (a);
