-- since: 18
create table t (a int4range, b daterange, constraint c unique (a, b without overlaps));
