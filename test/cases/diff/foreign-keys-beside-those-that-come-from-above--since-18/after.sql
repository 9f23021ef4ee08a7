create schema a_tree_whose_part_has_a_key_called_otherwise;
set search_path = a_tree_whose_part_has_a_key_called_otherwise;
create table other (id integer primary key, k integer unique);
create table p (id integer, k integer, t text, d date, n numeric(10, 2)) partition by list (k);
create table p1 partition of p for values in (1, 101) partition by range ((id % 10));
create table p1d (id integer, k integer, t text, d date, n numeric(10, 2)) partition by hash (id);
alter table p1 attach partition p1d default;
create table p1d0 partition of p1d for values with (modulus 4, remainder 0);
alter table p1d add constraint f3 foreign key (id) references other not valid;

create schema c;
set search_path = c;
create table other (id integer primary key, k integer unique);
create table p (id integer, k integer, t text, d date, n numeric(10, 2)) partition by range (d, id);
create table pd (id integer, k integer, t text, d date, n numeric(10, 2)) partition by range (d, id);
alter table p attach partition pd default;
create table pd1 (id integer, k integer, t text, d date, n numeric(10, 2)) partition by range (d, id);

create schema partitions_18_60061;
set search_path = partitions_18_60061;
create table other (id integer primary key, k integer unique);
create table p (id integer, k integer, t text, d date, n numeric(10, 2)) partition by range (d, id);
create table pd partition of p default;
alter table pd add constraint f2 foreign key (id) references other;
alter table p add constraint f2 foreign key (k) references other (k) deferrable initially deferred;
