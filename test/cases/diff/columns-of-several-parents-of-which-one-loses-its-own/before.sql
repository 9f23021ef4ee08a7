create table a (v integer);
create table b (v integer);
create table c (w integer) inherits (a, b);
create table d () inherits (c);

create table e (v integer default 1 not null);
create table f (v integer default 1 not null);
create table g () inherits (e, f);
create table h () inherits (g);

create table i (v integer, w integer);
create table j () inherits (i);
create table k (v integer) inherits (i);
create table l () inherits (j, k);
create table m () inherits (l, i);

create table n (v integer, w integer);
create table o (v integer);
create table p () inherits (n, o);
create table q () inherits (n);
create table r () inherits (q);

create table s (v integer, w integer);
create table t (v integer);
create table u () inherits (s);

create table v (v integer, w integer);
create table x () inherits (v);
create table y () inherits (v, x);
