create table p (a int check (a > 0), b int not null);
create table c () inherits (p);
create table g (x int, constraint own check (b > 0)) inherits (c);
alter table c add constraint own check (b > 0);
