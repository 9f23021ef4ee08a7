insert into s.parent (code) values ('x'), ('y');
alter table s.t no force row level security;
insert into s.t (a, c, par) select n, 'c' || n, 1 + n % 2 from generate_series(1, 9) n;
alter table s.t force row level security;
insert into s.child select n, n, 'c' || n, n from generate_series(1, 9) n;
refresh materialized view s.mv;
