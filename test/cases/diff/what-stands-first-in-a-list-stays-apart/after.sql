create table t (a int, b text, c int, d int,
  constraint within check (a between 1 and 9 and b <> ''),
  constraint outside check (a not between 1 and 9 or b <> ''),
  constraint deeper check ((a between 1 and 9 and b <> 'x y (') or b = 'it''s (('),
  constraint as_rows check ((a, c) = (c, d) and b is not null),
  constraint other_rows check ((a, c) <> (c, d) or b is null),
  constraint listed check (a in (c, d) or b = '1' or b = '2'));
create index on t (a) where a between 1 and 5 and b = 'q';
create index on t ((a between 1 and 5 and b = 'q'));
create view v as select a, a between 1 and 9 and b is not null as ok from t
  where a between (select min(a) from t) and 7 and b <> 'x' and a not between 2 and 4;
create view w as select a from t
  where (a + 1) between -c and (c::bigint + 1) and b between 'a' and case when a = 1 then 'x' else 'y' end
    and exists (select from t u where u.a between t.a and t.c and u.b = '');
create view x as select a from t where a not in (c, d) and b = 'q';
create materialized view m as select a from t where a between 1 and 2 and b = 'x';
create policy p on t using (a between 1 and 2 and b = 'x');
create rule r as on delete to t where old.a between 1 and 2 and old.b = 'x' do also select 1;
create domain few as int check (value between 1 and 5 and value <> 3);
create table g (a int, b boolean generated always as (a between 1 and 3 and a <> 2) stored,
  c boolean default (1 between 0 and 2 and true));
