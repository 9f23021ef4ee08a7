create type c as (x integer, y text); create table t of c;
