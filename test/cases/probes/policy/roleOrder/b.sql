create table t (id integer, name text, total numeric);
create policy p on t to pg_read_all_data, pg_monitor using (true);
