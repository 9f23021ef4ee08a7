create table t (id integer, name text, total numeric);
create policy p on t to pg_monitor using (true);
