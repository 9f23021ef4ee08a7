create type c as (x integer);
