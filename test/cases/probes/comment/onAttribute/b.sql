create type c as (x integer); comment on column c.x is 'x';
