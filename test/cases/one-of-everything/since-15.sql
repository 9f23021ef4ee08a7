-- What PostgreSQL 15 added.

create table shop.distinct_nulls (a integer unique nulls not distinct, b integer);
create unique index distinct_b on shop.distinct_nulls (b) nulls not distinct;
create table shop.wide (id bigint, room integer, primary key (id, room));
alter table shop.booking add constraint booking_set foreign key (customer, room) references shop.wide (id, room)
  on delete set null (customer);
create view shop.invoked with (security_invoker = true) as select id from shop.customer;
create publication filtered for table shop.customer (id, name) where (id > 3);
create publication whole_schema for tables in schema shop;
create unlogged sequence shop.light;
