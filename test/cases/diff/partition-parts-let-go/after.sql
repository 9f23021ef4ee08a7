create table p (a integer, b integer, constraint named_other unique (b, a)) partition by range (a);
create table c partition of p for values from (0) to (1000000);
alter table only p add constraint u unique (a, b);
alter table c add constraint c_a_b_key unique (a, b);
create index i on only p (b);
create index c_b_idx on c (b);
create index c_a_idx on c (a);
