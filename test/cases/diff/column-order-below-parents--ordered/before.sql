create table one (id bigserial not null, a int default 4, constraint ck check (a > 0));
create table two (b int not null default 3, c text);
create table t (z int, x int, y text default 'y' check (y <> '')) inherits (one, two);
create index t_y on t (y);
create table own (c text, k int, f int) inherits (two);
create table comes (f int primary key);
