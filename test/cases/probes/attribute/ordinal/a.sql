create type c as (x integer, y integer);
