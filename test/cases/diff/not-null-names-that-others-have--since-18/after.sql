create table parent (a integer, b integer) partition by list (a);
create table part1 (a integer not null, b integer not null);
alter table parent attach partition part1 for values in (1);
create table other (like part1);
create table child (c integer not null) inherits (other);
