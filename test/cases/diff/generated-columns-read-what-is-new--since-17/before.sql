create table docs (id int primary key, body text, old text, t text generated always as (body || old) stored);
create table parent (id int, s int generated always as (id + 1) stored);
create table child () inherits (parent);
create table parts (id int, s int generated always as (id + 1) stored) partition by list (id);
create table part partition of parts for values in (1);
