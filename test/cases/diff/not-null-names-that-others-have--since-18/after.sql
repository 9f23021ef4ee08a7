create table parent (a integer, b integer) partition by list (a);
create table part1 (a integer not null, b integer not null);
alter table parent attach partition part1 for values in (1);
create table other (like part1);
create table child (c integer not null) inherits (other);
CREATE TABLE swaps (a int, b int CONSTRAINT given NOT NULL, d int CONSTRAINT dropped NOT NULL, e int DEFAULT 1 CONSTRAINT checked NOT NULL) PARTITION BY LIST (a);
CREATE TABLE swaps_one PARTITION OF swaps FOR VALUES IN (1);
CREATE TABLE trades (a int CONSTRAINT free NOT NULL, b int);
