create type c as (x bigint);
