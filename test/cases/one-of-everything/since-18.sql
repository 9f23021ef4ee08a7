-- What PostgreSQL 18 added.

create table shop.eighteen (
  id integer constraint must_be not null,
  a integer constraint only_here not null no inherit,
  b integer,
  c integer generated always as (a + 1) virtual,
  d integer not null,
  constraint loose check (a > b) not enforced
);
alter table shop.eighteen add constraint b_later not null b not valid;
comment on constraint must_be on shop.eighteen is 'never null';
create table shop.stay (
  room int4range, during daterange, guest text,
  primary key (room, during without overlaps)
);
create table shop.meal (
  room int4range, during daterange,
  constraint meal_stay foreign key (room, period during) references shop.stay (room, period during)
);
alter table shop.measured add constraint measured_loose foreign key (at, sensor) references shop.measure not enforced;
create publication with_generated for table shop.customer with (publish_generated_columns = stored);
alter domain shop.email add constraint email_never not null;
