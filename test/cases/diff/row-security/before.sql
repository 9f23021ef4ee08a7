create table t (a integer, who text);
alter table t enable row level security;
create policy one on t for select to pg_monitor using (a > 0);
create policy two on t using (true) with check (a > 1);
