-- A partition's own NOT NULL is taken over when it is attached below one that is not valid: then it is the parent's.
create table payments (id integer);

create table orders (id integer, region integer) partition by list (id);
alter table orders add constraint id_later not null id not valid;
create table orders_one (region integer, id integer constraint own not null) partition by list (region);
create table orders_one_north (id integer constraint mine not null, region integer);
alter table orders_one attach partition orders_one_north for values in (3);
alter table orders attach partition orders_one for values in (1);

-- In an inheritance it stays the child's own, and one of the parent's name comes from there.
create table events (id integer, note text);
alter table events add constraint id_some_day not null id not valid;
create table clicks (note text, id integer constraint own not null);
create table views (note text, id integer constraint id_some_day not null);
alter table clicks inherit events;
alter table views inherit events;
create table taps () inherits (events);
