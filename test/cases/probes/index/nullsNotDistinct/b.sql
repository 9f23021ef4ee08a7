-- since: 15
create table t (id integer, name text, total numeric);
create unique index i on t (id) nulls not distinct;
