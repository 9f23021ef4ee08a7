create type c as (x text);
