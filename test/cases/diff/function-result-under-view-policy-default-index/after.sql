create function score(a integer) returns bigint language sql immutable as $$ select a::bigint $$;
create table t (a integer, b integer default score(1));
create index t_score on t (score(a));
create view v as select score(a) as s from t;
alter table t enable row level security;
create policy p on t using (score(a) > 0);
comment on index t_score is 'scored';
