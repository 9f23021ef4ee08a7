create function order_of(a integer, b integer) returns integer language sql immutable as $$ select case when a < b then -1 when a > b then 1 else 0 end $$;
create operator class by_order for type integer using btree as
  operator 1 <, operator 2 <=, operator 3 =, operator 4 >=, operator 5 >, function 1 order_of(integer, integer);
create table part (a integer) partition by range (a by_order);
create table part_1 partition of part for values from (0) to (1000);
