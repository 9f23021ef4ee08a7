create table p (a int constraint other check (a > -1), b int default 1);
create table c () inherits (p);
alter table c alter b set not null;
create table g (x int, constraint own check (b > 0)) inherits (c);
alter table p add constraint own check (b > 0);
