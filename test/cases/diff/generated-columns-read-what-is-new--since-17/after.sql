create function noted(a text, b text) returns text language sql immutable as $$select a || b$$;
create domain name as text;
create table docs (id int primary key, body text, title text, label name, t text generated always as (noted(title || label, body)) stored);
create table parent (id int, z int, s int generated always as (id + z) stored);
create table child () inherits (parent);
create table parts (id int, z int, s int generated always as (id + z) stored) partition by list (id);
create table part partition of parts for values in (1);
