create type c as (x integer, y text); create table t (x integer, y text);
