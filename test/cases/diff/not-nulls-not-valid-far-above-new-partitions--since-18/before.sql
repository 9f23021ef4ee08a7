create schema partitions_18_61213;
set search_path = partitions_18_61213;
create table p (id integer, k integer, t text, d date, n numeric(10, 2)) partition by hash (id);
create table p0 (id integer, k integer, t text, d date, n numeric(10, 2)) partition by list (k);
alter table p attach partition p0 for values with (modulus 4, remainder 0);
