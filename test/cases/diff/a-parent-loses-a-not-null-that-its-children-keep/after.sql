create table p (a int, b int);
create table c () inherits (p);
alter table c alter b set not null;
create table g () inherits (c);
create table parts (a int, b int) partition by list (a);
create table one partition of parts for values in (1);
alter table one alter b set not null;
create table two partition of parts for values in (2);
