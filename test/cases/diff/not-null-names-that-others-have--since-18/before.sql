create table parent (a integer, b integer) partition by list (a);
