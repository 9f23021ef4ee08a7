create table m (id int, k int not null, v int, w text, g int generated always as (id + 1) stored, n int, d int default 4, primary key (id, k)) partition by list (k);
create table m1 partition of m for values in (1) partition by list (id);
create table m11 partition of m1 for values in (1);
create table m12 partition of m1 default;
create table m2 partition of m for values in (2);
create table m3 partition of m for values in (3);
alter table m add constraint old check (n > 0);
