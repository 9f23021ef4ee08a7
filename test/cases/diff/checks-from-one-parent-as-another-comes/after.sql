create table a (id int, x int, constraint k check (id < 1000000));
create table b (id int, y int, constraint m check (y < 1000000));
create table f () inherits (b, a);
create table g () inherits (a, b);
