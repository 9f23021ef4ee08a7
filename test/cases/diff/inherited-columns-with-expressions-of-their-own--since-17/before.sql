create table a (id int, g int generated always as (id + 1) stored);
create table p (id int, g int generated always as (id + 1) stored) partition by list (id);
