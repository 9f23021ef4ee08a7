create table one (id bigserial not null, a int default 4, constraint ck check (a > 0));
create table two (id bigint not null, z text default 'zz' not null, w numeric);
create table three (b int, c int);
create table comes (f int) inherits (one);
create table moves () inherits (two);
create table gets_another (f int) inherits (one, two);
create table below (g int) inherits (gets_another);
create table "of ""both" () inherits (three, one);
create table comes__parent (x int);
