create table p (a integer, b integer, constraint u unique (a, b), constraint named_one unique (b, a)) partition by range (a);
create table c partition of p for values from (0) to (1000000);
create index i on p (b);
create index j on p (a);
