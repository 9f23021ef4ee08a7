create schema e;
set search_path = e;
create table p (id integer, k integer, t text, d date, n numeric(10, 2)) partition by list (t);
create table p0 partition of p for values in ('0', 'a') partition by list (k);
create table p00 partition of p0 for values in (0, 100);
alter table p add column x3 integer not null default 4;
