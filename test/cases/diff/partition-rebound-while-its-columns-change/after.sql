create table m (id int, k int not null, v bigint default 0, w varchar(100) not null default 'x', g int generated always as (id + 2) stored, n int not null, d int, added int not null default 3, primary key (id, k)) partition by list (k);
create table m1 partition of m for values in (1, null) partition by list (id);
create table m11 partition of m1 for values in (1, null);
create table m12 partition of m1 default;
create table m3 partition of m for values in (3);
alter table m3 alter v set default 7;
alter table m add constraint fresh check (n > -1);
