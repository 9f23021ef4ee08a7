create type c as (x text collate "C");
