create table t (a integer, who text);
alter table t enable row level security;
alter table t force row level security;
create policy one on t for select to pg_monitor, pg_read_all_data using (a > 1);
create policy two on t using (true);
create policy three on t as restrictive for update to public using (who = current_user) with check (a > 2);
