create table p (a int not null, b int not null);
create table c () inherits (p);
create table g () inherits (c);
create table parts (a int not null, b int not null) partition by list (a);
create table one partition of parts for values in (1);
create table two partition of parts for values in (2);
