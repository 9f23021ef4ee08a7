create table a ();
create table b (v bigint);
create table c (w integer) inherits (a, b);
create table d () inherits (c);

create table e ();
create table f (v integer default 1 not null);
create table g () inherits (e, f);
create table h () inherits (g);

create table i (w integer);
create table j () inherits (i);
create table k (v integer) inherits (i);
create table l () inherits (j, k);
create table m () inherits (l, i);

create table n (w integer);
create table o (v integer);
create table p () inherits (n, o);
create table q () inherits (n);
create table r (v integer) inherits (q);

create table s (w integer);
create table t (v integer);
create table u () inherits (s, t);

create table v (w integer);
create table x () inherits (v);
create table y () inherits (v);
