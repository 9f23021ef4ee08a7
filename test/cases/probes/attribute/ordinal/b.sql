create type c as (y integer, x integer);
