create table a (v integer, w text default 'w');
create table b (x integer primary key) inherits (a);
create table c (y integer unique) inherits (b);
create table d () inherits (c);
create view over_b as select v, x from b;
create table refers (x integer references b);
create index on c (v);

create table e (v integer, constraint k check (v > 0));
create table f () inherits (e);
create table g () inherits (f);
create table h () inherits (f, e);

create table i (v integer);
create table j (v bigint);
create table k () inherits (j);
create table l () inherits (k);
