create table t (a integer, b text, c jsonb, r int4range);
create index one on t (a);
create unique index two on t (a, b);
